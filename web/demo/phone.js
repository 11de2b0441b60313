import { countTime } from './call-timer.js';
import { CallControls } from './call-controls.js';
import { openMedia } from './consumer-media.js';
import { LIVE, MISSED, endSentence, showState } from './consumer-view.js';
import { keypad } from './keypad.js';
import { button, element, showProblem } from './page.js';
import { ring } from './ringtone.js';

/** @typedef {import('./consumer-call.js').ConsumerCall} ConsumerCall */
/** @typedef {import('./consumer-channel.js').CallMessage} CallMessage */
/** @typedef {import('./consumer-channel.js').DeviceMessage} DeviceMessage */
/** @typedef {import('./consumer-channel.js').LiveCall} LiveCall */
/** @typedef {import('./consumer-view.js').State} State */

/** The consumer's phone: one call at a time, coming or going. */
export class Phone {
  /** The media of the call, once there are any. @type {ConsumerCall | null} */
  call = null;

  #say;
  #controls = new CallControls();
  #pad = keypad((key) => this.call?.press(key));
  /** @type {State} */
  #state = 'connecting';
  /** The call that rings or runs; `''` while there is none, or while the server has not named it yet. */
  #id = '';
  /** When its parties were connected, in milliseconds since the epoch; 0 before. */
  #since = 0;
  /** What to stop when it no longer rings. @type {(() => void)[]} */
  #ringing = [];
  /** What to stop when it ends. @type {(() => void)[]} */
  #running = [];

  /** @param {(message: DeviceMessage) => void} say */
  constructor(say) {
    this.#say = say;
    button('accept').addEventListener('click', () => this.#join('accept', false).catch(showProblem));
    button('accept-video').addEventListener('click', () => this.#join('accept', true).catch(showProblem));
    button('decline').addEventListener('click', () => say({ type: 'decline', call: this.#id }));
    button('hang-up').addEventListener('click', () => this.#hangUp());
  }

  /**
   * Calls the business.
   *
   * @param {boolean} video
   * @param {string} [via] the entry of the thread whose button was tapped
   */
  async dial(video, via) {
    if (this.isLive) return;
    showProblem();
    this.#show('calling');
    try {
      const offer = await this.#open(video);
      if (offer) this.#say({ type: 'call', sdp: offer, ...(via && { via }) });
    } catch (error) {
      this.#finish('Not called', error);
    }
  }

  get isLive() {
    return LIVE.includes(this.#state);
  }

  /**
   * What the server knows of this consumer's call when the channel opens.
   *
   * @param {LiveCall | null} live
   */
  welcome(live) {
    showProblem();
    if (live) return this.#pickUpAgain(live);
    if (this.isLive) return this.#finish();
    if (this.#state !== 'ended') this.#show('idle');
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
        return this.#finish('Answered on another device');
      case 'ended':
        return this.#finish(endSentence(message.reason, message.seconds, this.#state === 'calling'));
    }
  }

  /**
   * The server refused something that this device said.
   *
   * @param {string | null} id of the call in question
   * @param {string} detail
   */
  refused(id, detail) {
    const ours = id === this.#id || this.#state === 'calling';
    if (!ours) return showProblem(detail);
    if (!this.call?.refused(detail)) this.#finish(undefined, detail);
  }

  /** The channel broke: what was asked last is not answered any more. */
  lost() {
    this.call?.refused('The connection to the server broke.');
  }

  /**
   * There is no way back to the server.
   *
   * @param {string} why
   */
  stop(why) {
    this.#clean();
    this.#show('refused');
    showProblem(why);
  }

  /** @param {LiveCall} live */
  #pickUpAgain(live) {
    if (live.state === 'ringing') return this.#incoming(live.id, live.ring_until);
    if (!live.mine) return this.#finish('In a call on another device');
    if (this.call) return;
    this.#id = live.id;
    if (live.state === 'calling') this.#show('calling');
    else this.#since = live.since;
    this.#orBreak(this.#join('resume', sessionStorage.getItem(CAMERA_KEY) === live.id));
  }

  /**
   * @param {string} id
   * @param {number} ringUntil
   */
  #incoming(id, ringUntil) {
    this.#say({ type: 'ringing', call: id });
    if (this.#id === id) return;
    this.#id = id;
    this.#since = 0;
    showProblem();
    this.#show('ringing');
    const giveUp = setTimeout(() => this.#finish(MISSED), Math.max(0, ringUntil - Date.now()) + RING_GRACE_MS);
    this.#ringing = [ring(), () => clearTimeout(giveUp)];
    if (document.activeElement === document.body) button('accept').focus();
  }

  /**
   * @param {string} id
   * @param {string} sdp
   */
  #calling(id, sdp) {
    if (this.#state !== 'calling' || !this.call) return this.#say({ type: 'hang_up', call: id }); // Cancelled meanwhile.
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
    showProblem();
    const answering = [button('accept'), button('accept-video')];
    answering.forEach((button) => (button.disabled = true));
    const offer = await this.#open(video).finally(() => answering.forEach((button) => (button.disabled = false)));
    if (!offer) return;
    if (this.#state !== 'calling') this.#show('joining');
    this.#say({ type, call: this.#id, sdp: offer });
  }

  /**
   * @param {boolean} video
   * @returns {Promise<string | null>} the first offer; `null` if the call is over already
   */
  async #open(video) {
    const [id, state] = [this.#id, this.#state];
    const { call, camera, stop } = await openMedia(video, this.#say);
    const isOver = () => this.#id !== id || this.#state !== state;
    if (isOver()) return stop(), null;
    this.call = call;
    call.id = id;
    this.#running = [stop];
    this.#controls.begin({ mute: (muted) => call.changes.mute(muted), show: (label, track) => this.#send(label, track) }, camera);
    const offer = await call.offer(camera);
    return isOver() ? null : offer;
  }

  /**
   * @param {import('./leg.js').Label} label
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
    sessionStorage.setItem(CAMERA_KEY, camera ? this.#id : '');
  }

  /** The server answered; if the business is still to pick up, it will tell. */
  #joined() {
    if (this.#state === 'joining') this.#connected(this.#since || Date.now());
  }

  /** @param {number} since */
  #connected(since) {
    this.#show('connected');
    this.#since = since;
    this.#remember(this.call?.leg.sends('default_video') ?? false);
    this.#running.push(countTime(element('timer'), since));
    button('mute').focus();
  }

  #hangUp() {
    if (this.#id) this.#say({ type: 'hang_up', call: this.#id });
    else this.#finish('You cancelled');
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
      this.#finish(undefined, error);
    });
  }

  /**
   * @param {string} [sentence]
   * @param {unknown} [error]
   */
  #finish(sentence, error) {
    this.#clean();
    this.#show('ended', sentence);
    showProblem(error);
  }

  #clean() {
    this.#controls.end();
    this.#running.splice(0).forEach((stop) => stop());
    this.#pad.close();
    this.call = null;
    this.#id = '';
    button('sound').hidden = true;
  }

  /**
   * @param {State} next
   * @param {string} [sentence]
   */
  #show(next, sentence) {
    this.#ringing.splice(0).forEach((stop) => stop());
    this.#state = next;
    showState(next, sentence);
  }
}

/** The server ends a call that nobody accepts; this much later the page does, if it lost the connection meanwhile. */
const RING_GRACE_MS = 5000;

/** Where this tab keeps the id of the call in which its camera is on. */
const CAMERA_KEY = 'offhook-camera';
