import { Outgoing } from '../kit/media/outgoing.js';
import { ring } from '../kit/media/ringtone.js';
import { openMedia, speaker } from '../kit/media/open-media.js';
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
  /** Whether microphone and camera are being opened to pick up. */
  isOpening = false;
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
  /** What to stop when it no longer rings. @type {(() => void)[]} */
  #ringing = [];
  /** What to stop when it ends. @type {(() => void)[]} */
  #running = [];

  /**
   * @param {(message: DeviceMessage) => void} say
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
      if (offer) this.#say({ type: 'call', sdp: offer, ...(via && { via }) });
    } catch (error) {
      this.#finish('not_called', error);
    }
  }

  /** @param {boolean} video */
  pickUp(video) {
    return this.#orShow(this.#join('accept', video));
  }

  decline() {
    this.#say({ type: 'decline', call: this.#id });
  }

  hangUp() {
    if (this.#id) this.#say({ type: 'hang_up', call: this.#id });
    else this.#finish('consumer_cancelled');
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
    this.problem = null;
    if (live) return this.#pickUpAgain(live);
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
        return this.#connected(message.since);
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
    const ours = id === this.#id || this.state === 'calling';
    if (!ours) return this.#complain(why);
    if (!this.call?.refused(why)) this.#finish('interrupted', why);
  }

  /**
   * The channel broke: what was asked last is not answered any more.
   *
   * @param {Error} why
   */
  lost(why) {
    this.call?.refused(why);
  }

  /** There is no way back to the server. */
  stop() {
    this.#clean();
    this.#show('refused');
  }

  /** @param {LiveCall} live */
  #pickUpAgain(live) {
    if (live.state === 'ringing') return this.#incoming(live.id, live.ring_until);
    if (!live.mine) return this.#finish('other_device');
    if (this.call) return;
    this.#id = live.id;
    if (live.state === 'calling') this.#show('calling');
    else this.since = live.since;
    this.#orBreak(this.#join('resume', kept(CAMERA_KEY) === live.id));
  }

  /**
   * @param {string} id
   * @param {number} ringUntil
   */
  #incoming(id, ringUntil) {
    this.#say({ type: 'ringing', call: id });
    if (this.#id === id) return;
    this.#id = id;
    this.#show('ringing');
    const giveUp = setTimeout(() => this.#finish('no_answer'), Math.max(0, ringUntil - Date.now()) + RING_GRACE_MS);
    this.#ringing = [ring(), () => clearTimeout(giveUp)];
  }

  /**
   * @param {string} id
   * @param {string} sdp
   */
  #calling(id, sdp) {
    if (this.state !== 'calling' || !this.call) return this.#say({ type: 'hang_up', call: id }); // Cancelled meanwhile.
    this.#id = this.call.id = id;
    this.#orBreak(this.call.answered(sdp));
  }

  /**
   * Without a microphone or a camera the call goes on ringing: the person can allow it and try again.
   *
   * @param {'accept' | 'resume'} type
   * @param {boolean} video
   */
  async #join(type, video) {
    this.#opening(true);
    const offer = await this.#open(video).finally(() => this.#opening(false));
    if (!offer) return;
    if (this.state !== 'calling') this.#show('joining');
    this.#say({ type, call: this.#id, sdp: offer });
  }

  /** @param {boolean} isOpening */
  #opening(isOpening) {
    this.problem = isOpening ? null : this.problem;
    this.isOpening = isOpening;
    this.#onChange();
  }

  /**
   * @param {boolean} video
   * @returns {Promise<string | null>} the first offer; `null` if the call is over already
   */
  async #open(video) {
    const [id, state] = [this.#id, this.state];
    const { call, camera, voice, stop } = await openMedia(video, this.#say, {
      pictures: (pictures) => this.#set({ pictures }),
      blocked: () => this.#set({ isSoundBlocked: true }),
      quality: (quality) => this.#set({ quality }),
    });
    const isOver = () => this.#id !== id || this.state !== state;
    if (isOver()) return stop(), null;
    this.call = call;
    call.id = id;
    this.voice = voice;
    this.#running = [stop];
    this.outgoing.begin({ mute: (muted) => call.changes.mute(muted), show: (label, track) => this.#send(label, track) }, camera);
    const offer = await call.offer(camera);
    return isOver() ? null : offer;
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
    this.outgoing.end();
    this.#running.splice(0).forEach((stop) => stop());
    this.#set({ call: null, voice: null, pictures: [], quality: null, isSoundBlocked: false, pressed: '', since: 0 });
    this.#id = '';
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
