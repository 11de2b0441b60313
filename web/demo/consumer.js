import { audioContext } from './audio-context.js';
import { countTime } from './call-timer.js';
import { chosenConsumer, loadConfig } from './config.js';
import { ConsumerCall } from './consumer-call.js';
import { ConsumerChannel } from './consumer-channel.js';
import { MISSED, endSentence, showLine, showParties, showState } from './consumer-view.js';
import { keypad } from './keypad.js';
import { showLevel } from './meter.js';
import { openMicrophone } from './microphone.js';
import { button, element, exposeToTests, showProblem } from './page.js';
import { ring } from './ringtone.js';
import { Speaker } from './speaker.js';

/** @typedef {import('./consumer-view.js').State} State */
/** @typedef {import('./consumer-channel.js').ServerMessage} ServerMessage */
/** @typedef {import('./consumer-channel.js').LiveCall} LiveCall */

/** The server ends a call that nobody accepts; this much later the page does, if it lost the connection meanwhile. */
const RING_GRACE_MS = 5000;

const speaker = new Speaker();
const pad = keypad((key) => call?.press(key));

/** @type {ConsumerChannel} */
let channel;
/** @type {State} */
let state = 'connecting';
/** The call that rings or runs. */
let callId = '';
/** Its media here, once accepted. @type {ConsumerCall | null} */
let call = null;
/** When its parties were connected, in milliseconds since the epoch; 0 before. */
let since = 0;
/** What to stop when it no longer rings. @type {(() => void)[]} */
let ringing = [];
/** What to stop when it ends. @type {(() => void)[]} */
let running = [];

exposeToTests({ connection: () => call?.connection ?? null, remote: speaker.mix });
start().catch(showProblem);

async function start() {
  const consumer = chosenConsumer(await loadConfig());
  button('accept').addEventListener('click', () => join('accept').catch(showProblem));
  button('decline').addEventListener('click', () => channel.send({ type: 'decline', call: callId }));
  button('hang-up').addEventListener('click', () => channel.send({ type: 'hang_up', call: callId }));
  button('mute').addEventListener('click', toggleMute);
  button('sound').addEventListener('click', unblock);
  channel = new ConsumerChannel(consumer.token, {
    message: receive,
    lost: () => showLine('Connecting again…'),
    refused,
  });
}

/** @param {ServerMessage} message */
function receive(message) {
  if (message.type === 'welcome') return welcome(message);
  if (message.type === 'incoming') return incoming(message.call, message.ring_until);
  if (message.call !== callId) return;
  if (message.type === 'accepted') return call?.answered(message.sdp).then(connected).catch(broken);
  if (message.type === 'offer') return call?.renegotiate(message.version, message.sdp).catch(broken);
  if (message.type === 'answered_elsewhere') return finish('Answered on another device');
  if (message.type === 'ended') return finish(endSentence(message.reason, message.seconds));
  if (message.type === 'error') return finish(undefined, message.detail);
}

/** @param {Extract<ServerMessage, {type: 'welcome'}>} message */
function welcome({ page, name, call: live }) {
  showProblem();
  showParties(page.name, name);
  showLine('Online');
  if (live) return pickUpAgain(live);
  if (callId) return finish();
  if (state !== 'ended') show('idle');
}

/** @param {LiveCall} live */
function pickUpAgain(live) {
  if (live.state === 'ringing') return incoming(live.id, live.ring_until);
  if (!live.mine) return finish('In a call on another device');
  if (call) return;
  callId = live.id;
  since = live.since;
  join('resume').catch(broken);
}

/**
 * @param {string} id
 * @param {number} ringUntil
 */
function incoming(id, ringUntil) {
  channel.send({ type: 'ringing', call: id });
  if (callId === id) return;
  callId = id;
  since = 0;
  showProblem();
  show('ringing');
  const giveUp = setTimeout(() => finish(MISSED), Math.max(0, ringUntil - Date.now()) + RING_GRACE_MS);
  ringing = [ring(), () => clearTimeout(giveUp)];
  if (document.activeElement === document.body) button('accept').focus();
}

/**
 * Without a microphone the call goes on ringing: the person can allow it and try again.
 *
 * @param {'accept' | 'resume'} type
 */
async function join(type) {
  const id = callId;
  showProblem();
  button('accept').disabled = true;
  const microphone = await openMicrophone().finally(() => (button('accept').disabled = false));
  const closeMicrophone = () => microphone.getTracks().forEach((track) => track.stop());
  if (callId !== id) return closeMicrophone();
  show('joining');
  call = new ConsumerCall(id, microphone, (track) => speaker.play(track, () => (button('sound').hidden = false)));
  const voice = new MediaStreamAudioSourceNode(audioContext(), { mediaStream: microphone });
  running = [showLevel(voice, element('level-out')), showLevel(speaker.mix, element('level-in')), closeMicrophone];
  channel.send({ type, call: id, sdp: await call.offer() });
}

function connected() {
  show('connected');
  since ||= Date.now();
  running.push(countTime(element('timer'), since));
  button('mute').focus();
}

function toggleMute() {
  const muted = button('mute').getAttribute('aria-pressed') !== 'true';
  button('mute').setAttribute('aria-pressed', String(muted));
  call?.mute(muted);
}

function unblock() {
  void audioContext().resume();
  speaker.unblock();
  button('sound').hidden = true;
}

/**
 * This device cannot go on with the call: ends it.
 *
 * @param {unknown} error
 */
function broken(error) {
  channel.send({ type: 'hang_up', call: callId });
  finish(undefined, error);
}

/** @param {string} why */
function refused(why) {
  clean();
  show('refused');
  showLine('Offline');
  showProblem(why);
}

/**
 * @param {string} [sentence]
 * @param {unknown} [error]
 */
function finish(sentence, error) {
  clean();
  show('ended', sentence);
  showProblem(error);
}

function clean() {
  running.splice(0).forEach((stop) => stop());
  speaker.silence();
  pad.close();
  call?.close();
  call = null;
  callId = '';
  button('sound').hidden = true;
}

/**
 * @param {State} next
 * @param {string} [sentence]
 */
function show(next, sentence) {
  ringing.splice(0).forEach((stop) => stop());
  state = next;
  showState(next, sentence);
}
