import { audioContext } from '../kit/media/audio-context.js';
import { BusinessCall } from './business-call.js';
import { CallControls } from './call-controls.js';
import { countTime } from '../kit/clock.js';
import { showLevel } from '../kit/media/meter.js';
import { openMicrophone } from '../kit/media/microphone.js';
import { button, element, showProblem } from './page.js';
import { showPictures } from './pictures.js';
import { ring } from '../kit/media/ringtone.js';
import { Speaker } from '../kit/media/speaker.js';

/**
 * @typedef {import('./graph.js').Graph} Graph
 * @typedef {import('./webhook-feed.js').CallEvent} CallEvent
 * @typedef {import('./business-call.js').Renegotiation} Renegotiation
 * @typedef {'idle' | 'incoming' | 'answering' | 'calling' | 'ringing' | 'connected' | 'ended'} State
 */

/** The business's desk: one call at a time, with what its webhooks tell of it. */
export class Desk {
  /** @type {BusinessCall | null} */
  call = null;
  speaker = new Speaker();

  #graph;
  #consumer;
  #controls = new CallControls();
  /** @type {State} */
  #state = 'idle';
  /** The consumer's call that rings. */
  #ringingId = '';
  /** Events of a call whose id is not known yet: a webhook can overtake the answer to `connect`. @type {CallEvent[]} */
  #early = [];
  /** The server's newest offer, while the page does not apply it. @type {Renegotiation | null} */
  #unapplied = null;
  /** What to stop when it no longer rings. @type {(() => void)[]} */
  #ringing = [];
  /** What to stop when the call ends. @type {(() => void)[]} */
  #running = [];

  /**
   * @param {Graph} graph
   * @param {{chosen: () => string, choose: (psid: string) => void, lock: (locked: boolean) => void}} consumer whom the desk calls
   */
  constructor(graph, consumer) {
    this.#graph = graph;
    this.#consumer = consumer;
    button('call').addEventListener('click', () => this.#place().catch((error) => this.#fail(error)));
    button('accept').addEventListener('click', () => this.#accept().catch((error) => this.#fail(error)));
    button('reject').addEventListener('click', () => this.#graph.reject(this.#ringingId).catch(showProblem));
    button('hang-up').addEventListener('click', () => this.#hangUp().catch(showProblem));
    button('apply-offer').addEventListener('click', () => this.#applyOffer());
    this.#show('idle');
  }

  /** @param {CallEvent} event */
  receive(event) {
    if (event.event === 'connect' && event.call_direction === 'user_initiated') return this.#incoming(event);
    if (event.id === this.#ringingId && event.event === 'terminate') return this.#finish(event);
    if (this.call?.id === '') this.#early.push(event);
    else this.#apply(event);
  }

  /** A consumer calls. Who calls while a call goes on is left to the other apps. @param {CallEvent} event */
  #incoming({ id, from = '' }) {
    if (!IDLE.includes(this.#state)) return;
    this.#ringingId = id;
    showProblem();
    this.#consumer.choose(from);
    this.#show('incoming');
    this.#ringing = [ring()];
    if (document.activeElement === document.body) button('accept').focus();
  }

  async #accept() {
    const id = this.#ringingId;
    this.#show('answering');
    const call = await this.#open(id);
    if (this.#ringingId !== id) return;
    this.#ringingId = '';
    await call.accept();
    this.#connected();
  }

  async #place() {
    this.#show('calling');
    this.#early = [];
    const call = await this.#open('');
    await call.connect(this.#consumer.chosen());
    button('hang-up').disabled = false;
    this.#early.splice(0).forEach((event) => this.#apply(event));
  }

  /** @param {string} id */
  async #open(id) {
    showProblem();
    const microphone = await openMicrophone();
    const onAudio = (/** @type {MediaStreamTrack} */ track) =>
      this.speaker.play(track, () => showProblem('The browser blocks sound.'));
    const call = new BusinessCall(id, this.#graph, microphone, onAudio, showPictures);
    const voice = new MediaStreamAudioSourceNode(audioContext(), { mediaStream: microphone });
    this.#running = [
      showLevel(voice, element('level-out')),
      showLevel(this.speaker.mix, element('level-in')),
      () => microphone.getTracks().forEach((track) => track.stop()),
    ];
    watch(call.leg.connection);
    this.call = call;
    return call;
  }

  /** @param {CallEvent} event */
  #apply(event) {
    if (!this.call || event.id !== this.call.id) return;
    if (event.event === 'terminate') return this.#finish(event);
    if (event.call_status === 'ringing') this.#show('ringing');
    if (event.call_status === 'accepted') this.#connected();
    if (event.event === 'media_update' && event.session) this.#offered(event.session);
  }

  /** @param {Renegotiation} session */
  #offered(session) {
    this.#unapplied = session;
    if (renegotiates) this.#applyOffer();
    else button('apply-offer').hidden = false;
  }

  #applyOffer() {
    const { call } = this;
    if (this.#unapplied) call?.renegotiate(this.#unapplied).catch((error) => call === this.call && showProblem(error));
    this.#unapplied = null;
    button('apply-offer').hidden = true;
  }

  #connected() {
    this.#show('connected');
    if (this.call) this.#controls.begin(this.call.changes, null);
    this.#running.push(countTime(element('timer'), Date.now()));
  }

  async #hangUp() {
    await this.call?.hangUp();
    this.#finish();
  }

  /** @param {CallEvent} [event] */
  #finish(event) {
    this.#clean();
    this.#show('ended');
    if (event?.status === 'Failed') showProblem('The call failed: its media was lost.');
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#clean();
    this.#show('idle');
    showProblem(error);
  }

  #clean() {
    this.#controls.end();
    this.#running.splice(0).forEach((stop) => stop());
    this.speaker.silence();
    showPictures([]);
    this.call?.close();
    this.call = null;
    this.#ringingId = '';
    this.#unapplied = null;
    button('apply-offer').hidden = true;
    element('media').textContent = 'not connected';
  }

  /** @param {State} state */
  #show(state) {
    this.#ringing.splice(0).forEach((stop) => stop());
    this.#state = state;
    element('panel').dataset.state = state;
    element('state').textContent = SENTENCES[state];
    if (!IDLE.includes(state) && state !== 'connected') element('timer').textContent = '';
    button('call').hidden = !IDLE.includes(state);
    element('answering').hidden = state !== 'incoming';
    element('controls').hidden = IDLE.includes(state) || state === 'incoming' || state === 'answering';
    for (const id of ['mute', 'camera', 'screen']) button(id).disabled = state !== 'connected';
    button('hang-up').disabled = state === 'calling';
    this.#consumer.lock(!IDLE.includes(state));
  }
}

/** @param {RTCPeerConnection} connection */
function watch(connection) {
  const show = () => (element('media').textContent = connection.connectionState);
  connection.addEventListener('connectionstatechange', show);
  show();
}

/** With `?renegotiate=off` the page applies only the answer, as simple integrations do; a button applies the rest. */
const renegotiates = new URLSearchParams(location.search).get('renegotiate') !== 'off';

/** The states in which there is no call. @type {State[]} */
const IDLE = ['idle', 'ended'];

/** @type {Record<State, string>} */
const SENTENCES = {
  idle: 'Ready to call',
  incoming: 'is calling you',
  answering: 'Connecting the call…',
  calling: 'Calling…',
  ringing: 'Ringing…',
  connected: 'Connected',
  ended: 'Call ended',
};
