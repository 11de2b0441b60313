import { audioContext } from '../kit/media/audio-context.js';
import { openMicrophone } from '../kit/media/microphone.js';
import { Outgoing } from '../kit/media/outgoing.js';
import { ring, ringBack } from '../kit/media/ringtone.js';
import { openMedia, speaker } from '../kit/media/open-media.js';
import { willAsk } from '../kit/media/will-ask.js';
import { Lost } from '../kit/refusal.js';
import { keep, kept } from '../kit/storage.js';

/** @typedef {import('../kit/media/call-media.js').CallMedia} CallMedia */
/** @typedef {import('./channel.js').CallMessage} CallMessage */
/** @typedef {import('./channel.js').DeviceMessage} DeviceMessage */
/** @typedef {import('./channel.js').LiveCall} LiveCall */
/** @typedef {import('../kit/media/leg.js').Label} Label */
/** @typedef {import('../kit/media/leg.js').Picture} Picture */
/** @typedef {'connecting' | 'idle' | 'calling' | 'ringing' | 'joining' | 'connected' | 'ended' | 'refused'} State */

/**
 * How a call ended: a reason of the protocol, or one of this side's own.
 *
 * @typedef {{how: string, seconds: number, wasOutgoing: boolean}} Ending
 */

/** The consumer's phone: one call at a time, coming or going. What it shows stands in its public fields. */
export class Phone {
  /** @type {State} */
  state = 'connecting';
  /** When the parties were connected, in milliseconds since the epoch; 0 before. */
  since = 0;
  /** How the last call ended. @type {Ending | null} */
  ending = null;
  /** What went wrong last. @type {unknown} */
  problem = null;
  /** What the business shows. @type {Picture[]} */
  pictures = [];
  /** @type {import('../kit/media/quality.js').Quality | null} */
  quality = null;
  /** Whether the browser waits for a touch before it plays. */
  isSoundBlocked = false;
  /** Whether microphone and camera are being opened. */
  isOpening = false;
  /** What the browser asks the person for in order to open them. @type {'microphone' | 'camera' | null} */
  asked = null;
  /** Whether the way of the media to the server broke, and another one is looked for. */
  isBroken = false;
  /** The keys that were pressed in this call, newest last. */
  pressed = '';
  /** How loud this side is. @type {AudioNode | null} */
  voice = null;
  /** The media of the call, once there are any. @type {CallMedia | null} */
  call = null;
  outgoing;

  #say;
  #onChange;
  /** The call that rings or runs; `''` while there is none, or while the server has not named it yet. */
  #id = '';
  /** The call that this side left, until the server says so too; `''`: one that it has not named. @type {string | null} */
  #left = null;
  /** Which opening of microphone and camera counts: one that was given up may still be allowed. */
  #attempt = 0;
  #isLost = false;
  /** Until when the server lets it ring, in milliseconds since the epoch. */
  #ringUntil = 0;
  /** What to stop when it no longer rings. @type {(() => void)[]} */
  #ringing = [];
  /** What to stop when it ends. @type {(() => void)[]} */
  #running = [];

  /**
   * @param {(message: DeviceMessage) => boolean} say whether it went out
   * @param {() => void} onChange called whenever something that it shows changed
   */
  constructor(say, onChange) {
    this.#say = say;
    this.#onChange = onChange;
    this.outgoing = new Outgoing(onChange);
  }

  get isLive() {
    return LIVE.includes(this.state);
  }

  get hasVideo() {
    return this.pictures.length > 0 || this.outgoing.camera !== null;
  }

  /**
   * Calls the business.
   *
   * @param {boolean} video
   * @param {string} [via] the entry of the thread whose button was tapped
   */
  async dial(video, via) {
    if (this.isLive) return;
    this.#show('calling');
    try {
      const offer = await this.#open(video);
      if (!offer) return;
      if (!this.#say({ type: 'call', sdp: offer, ...(via && { via }) })) throw new Lost();
      this.#left = null;
    } catch (error) {
      if (this.state === 'calling' && !this.#id) this.#finish('not_called', error);
    }
  }

  /** @param {boolean} video */
  pickUp(video) {
    return this.#orShow(this.#join('accept', video));
  }

  decline() {
    this.#leave('decline', 'consumer_declined');
  }

  hangUp() {
    this.#leave('hang_up', this.state === 'calling' ? 'consumer_cancelled' : 'consumer_hung_up');
  }

  /** @param {string} key */
  press(key) {
    this.pressed = `${this.pressed}${key}`.slice(-KEYS_SHOWN_MAX);
    this.call?.press(key);
    this.#onChange();
  }

  /**
   * Microphone, camera, screen: on or off, or the other one.
   *
   * @param {'toggleMute' | 'toggleCamera' | 'toggleScreen' | 'flip'} what
   */
  change(what) {
    return this.#orShow(this.outgoing[what]());
  }

  unblockSound() {
    this.isSoundBlocked = false;
    speaker.unblock();
    this.#onChange();
  }

  /**
   * What the server knows of this consumer's call when the channel opens.
   *
   * @param {LiveCall | null} live
   */
  welcome(live) {
    this.#isLost = false;
    if (this.isLive) this.problem = null;
    const left = live && this.#hasLeft(live);
    if (left) this.#say({ type: live.state === 'ringing' ? 'decline' : 'hang_up', call: live.id });
    if (live && !left) return this.#pickUpAgain(live);
    if (this.state === 'ringing') return this.#finish('no_answer');
    if (this.state === 'calling' && !this.#id) {
      if (!this.isOpening) this.#finish('not_called', new Lost());
      return;
    }
    if (this.isLive) return this.#finish('unknown');
    if (this.state !== 'ended') this.#show('idle');
  }

  /** @param {CallMessage} message */
  receive(message) {
    if (message.type === 'incoming') return this.#incoming(message.call, message.ring_until);
    if (message.type === 'calling') return this.#calling(message.call, message.sdp);
    if (message.call !== this.#id) return;
    switch (message.type) {
      case 'answered':
        return this.#connected(Date.now()); // Its `since` is by another clock.
      case 'accepted':
        return this.#orBreak(this.call?.answered(message.sdp).then(() => this.#joined()));
      case 'updated':
        return this.call?.updated(message.sdp);
      case 'offer':
        return this.#orBreak(this.call?.renegotiate(message.version, message.sdp));
      case 'answered_elsewhere':
        return this.#finish('answered_elsewhere');
      case 'ended':
        return this.#finish(message.reason, null, message.seconds);
    }
  }

  /**
   * The server refused something that this device said.
   *
   * @param {string | null} id of the call in question
   * @param {Error} why
   */
  refused(id, why) {
    if (id !== null && id === this.#left) return;
    const ours = this.isLive && id === (this.#id || null);
    if (!ours) return this.#complain(why);
    if (!this.call?.refused(why)) this.#finish('interrupted', why);
  }

  /** The channel broke: what was asked last is not answered any more. */
  lost() {
    this.#isLost = true;
    this.call?.refused(new Lost());
    this.#giveUp();
  }

  /** There is no way back to the server. */
  stop() {
    this.#clean();
    this.#show('refused');
  }

  /** @param {LiveCall} live */
  #pickUpAgain(live) {
    const hasCamera = this.outgoing.camera !== null || kept(CAMERA_KEY) === live.id;
    if (live.state === 'ringing') {
      if (this.state !== 'joining') return this.#incoming(live.id, live.ring_until);
      return this.#joinAnew('accept', hasCamera); // It was not heard that this side picked up.
    }
    if (!live.mine) return this.#finish('other_device');
    const hasMedia = this.call?.isAnswered;
    this.#id = live.id;
    if (!hasMedia) {
      this.#show(live.state === 'calling' ? 'calling' : 'joining');
      this.since = live.state === 'connected' ? live.since : 0;
      return this.#joinAnew('resume', hasCamera);
    }
    if (live.state === 'connected' && this.state !== 'connected') this.#connected(live.since);
    this.#renew();
  }

  /**
   * @param {'accept' | 'resume'} type
   * @param {boolean} video
   */
  #joinAnew(type, video) {
    this.#closeMedia();
    this.#orBreak(this.#join(type, video));
  }

  /**
   * Whether this side left the call before the server heard of it.
   *
   * @param {LiveCall} live
   */
  #hasLeft(live) {
    return live.id === this.#left || (this.#left === '' && live.state === 'calling' && live.mine);
  }

  /**
   * Whoever leaves is gone at once, with microphone and camera; a server that does not hear it is told when it is back.
   *
   * @param {'decline' | 'hang_up'} type
   * @param {string} how
   */
  #leave(type, how) {
    const [id, seconds] = [this.#id, this.since ? Math.floor((Date.now() - this.since) / 1000) : 0];
    if (id) this.#say({ type, call: id });
    this.#finish(how, null, seconds);
    this.#left = id;
  }

  /**
   * @param {string} id
   * @param {number} ringUntil
   */
  #incoming(id, ringUntil) {
    this.#say({ type: 'ringing', call: id });
    if (this.#id === id) return;
    this.#id = id;
    this.#ringUntil = ringUntil;
    this.#show('ringing');
    const giveUp = setTimeout(() => this.#giveUp(), Math.max(0, ringUntil - Date.now()) + RING_GRACE_MS);
    this.#ringing = [ring(), () => clearTimeout(giveUp)];
  }

  /** The server says when it rings no more. Only if it cannot, the clock does, which may go wrong here. */
  #giveUp() {
    if (this.state === 'ringing' && this.#isLost && Date.now() >= this.#ringUntil + RING_GRACE_MS) this.#finish('no_answer');
  }

  /**
   * @param {string} id
   * @param {string} sdp
   */
  #calling(id, sdp) {
    if (this.state !== 'calling' || !this.call || this.#id) {
      this.#left = id; // Cancelled meanwhile.
      return this.#say({ type: 'hang_up', call: id });
    }
    this.#id = this.call.id = id;
    this.#ringing = [ringBack()];
    this.#orBreak(this.call.answered(sdp));
  }

  /**
   * Without a microphone or a camera the call goes on ringing: the person can allow it and try again.
   *
   * @param {'accept' | 'resume'} type
   * @param {boolean} video
   */
  async #join(type, video) {
    const offer = await this.#open(video);
    if (!offer) return;
    if (this.state === 'ringing') this.#show('joining');
    this.#say({ type, call: this.#id, sdp: offer });
  }

  /**
   * @param {boolean} video
   * @returns {Promise<string | null>} the first offer; `null` if the call is over already
   */
  async #open(video) {
    const attempt = ++this.#attempt;
    const isOver = () => this.#attempt !== attempt;
    this.#set({ isOpening: true, problem: null });
    void willAsk(video).then((asked) => this.isOpening && !isOver() && this.#set({ asked }));
    const opened = openMedia(video, this.#say, {
      pictures: (pictures) => this.#set({ pictures }),
      blocked: () => this.#set({ isSoundBlocked: true }),
      quality: (quality) => this.#set({ quality }),
    });
    const { call, camera, voice, microphone, stop } = await opened.finally(() => isOver() || this.#set({ isOpening: false, asked: null }));
    if (isOver()) return stop(), null;
    this.call = call;
    call.id = this.#id;
    this.voice = voice;
    this.#running = [stop];
    this.#watch(call, microphone);
    this.outgoing.begin({ mute: (muted) => call.changes.mute(muted), show: (label, track) => this.#send(label, track) }, camera);
    const offer = await call.offer(camera);
    return isOver() ? null : offer;
  }

  /**
   * @param {CallMedia} call
   * @param {MediaStreamTrack} microphone
   */
  #watch(call, microphone) {
    const { connection } = call.leg;
    connection.addEventListener('connectionstatechange', () => {
      if (this.call !== call) return;
      const { connectionState: now } = connection;
      if (now === 'connected') this.#set({ isBroken: false });
      if (now !== 'disconnected' && now !== 'failed') return;
      this.#set({ isBroken: true });
      this.#renew();
    });
    microphone.addEventListener('ended', () => this.call === call && this.#orShow(this.#speakAnew(call)));
  }

  /** Another way to the server, or what it offered while nobody listened. If it fails, the next welcome tries again. */
  #renew() {
    this.call?.renew().catch(() => {});
  }

  /** The microphone was taken away: another one takes its place. @param {CallMedia} call */
  async #speakAnew(call) {
    const stream = await openMicrophone();
    const [microphone] = stream.getAudioTracks();
    if (this.call !== call) return microphone.stop();
    this.#running.push(() => microphone.stop());
    microphone.enabled = !this.outgoing.isMuted;
    microphone.addEventListener('ended', () => this.call === call && this.#orShow(this.#speakAnew(call)));
    await call.leg.say(microphone);
    this.#set({ voice: new MediaStreamAudioSourceNode(audioContext(), { mediaStream: stream }) });
  }

  /**
   * @param {Label} label
   * @param {MediaStreamTrack | null} track
   */
  async #send(label, track) {
    await this.call?.changes.show(label, track);
    if (label === 'default_video') this.#remember(track !== null);
  }

  /**
   * A reload of the page shows the camera again if it was shown before.
   *
   * @param {boolean} camera
   */
  #remember(camera) {
    keep(CAMERA_KEY, camera ? this.#id : '');
  }

  /** The server answered; if the business is still to pick up, it will tell. */
  #joined() {
    if (this.state === 'joining') this.#connected(this.since || Date.now());
  }

  /** @param {number} since */
  #connected(since) {
    this.since = since;
    this.#show('connected');
    this.#remember(this.call?.leg.sends('default_video') ?? false);
  }

  /**
   * What fails is shown, if there still is a call that it is about.
   *
   * @param {Promise<unknown>} going
   */
  async #orShow(going) {
    this.problem = null;
    try {
      await going;
    } catch (error) {
      if (this.isLive) this.#complain(error);
    }
  }

  /**
   * If this device cannot go on with the call, it ends.
   *
   * @param {Promise<void> | undefined} going
   */
  #orBreak(going) {
    const { call } = this;
    going?.catch((error) => {
      if (this.call !== call) return;
      this.#say({ type: 'hang_up', call: this.#id });
      this.#finish('interrupted', error);
    });
  }

  /**
   * @param {string} how
   * @param {unknown} [problem]
   * @param {number} [seconds]
   */
  #finish(how, problem = null, seconds = 0) {
    this.ending = { how, seconds, wasOutgoing: this.state === 'calling' };
    this.#clean();
    this.#show('ended');
    this.#complain(problem);
  }

  #clean() {
    this.#closeMedia();
    this.#set({ pressed: '', since: 0 });
    this.#id = '';
    this.#left = null;
  }

  #closeMedia() {
    this.#attempt++;
    this.#set({ isOpening: false, asked: null });
    this.outgoing.end();
    this.#running.splice(0).forEach((stop) => stop());
    this.#set({ call: null, voice: null, pictures: [], quality: null, isSoundBlocked: false, isBroken: false });
  }

  /** @param {State} next */
  #show(next) {
    this.#ringing.splice(0).forEach((stop) => stop());
    this.#set({ state: next, problem: null });
  }

  /** @param {unknown} problem */
  #complain(problem) {
    this.#set({ problem });
  }

  /** @param {Partial<Phone>} changes */
  #set(changes) {
    Object.assign(this, changes);
    this.#onChange();
  }
}

/** The states in which there is a call. @type {State[]} */
const LIVE = ['calling', 'ringing', 'joining', 'connected'];

/** The server ends a call that nobody accepts; this much later the page does, if it lost the connection meanwhile. */
const RING_GRACE_MS = 5000;

/** The most pressed keys that stay readable. */
const KEYS_SHOWN_MAX = 24;

/** Where this tab keeps the id of the call in which its camera is on. */
const CAMERA_KEY = 'offhook-camera';
