import { audioContext } from './audio-context.js';
import { BusinessCall } from './business-call.js';
import { countTime } from './call-timer.js';
import { chosenConsumer, loadConfig } from './config.js';
import { Graph } from './graph.js';
import { showLevel } from './meter.js';
import { openMicrophone } from './microphone.js';
import { button, element, exposeToTests, initials, showProblem } from './page.js';
import { Speaker } from './speaker.js';
import { followWebhooks } from './webhook-feed.js';

/** @typedef {'idle' | 'calling' | 'ringing' | 'connected' | 'ended'} State */
/** @typedef {import('./webhook-feed.js').CallEvent} CallEvent */
/** @typedef {import('./business-call.js').Renegotiation} Renegotiation */

/** @type {Record<State, string>} */
const SENTENCES = {
  idle: 'Ready to call',
  calling: 'Calling…',
  ringing: 'Ringing…',
  connected: 'Connected',
  ended: 'Call ended',
};

/** With `?renegotiate=off` the page applies only the answer, as simple integrations do; a button applies the rest. */
const renegotiates = new URLSearchParams(location.search).get('renegotiate') !== 'off';

const speaker = new Speaker();
const consumers = /** @type {HTMLSelectElement} */ (element('consumer'));

/** @type {BusinessCall | null} */
let call = null;
/** Events of a call whose id is not known yet: a webhook can overtake the answer to `connect`. @type {CallEvent[]} */
let early = [];
/** The server's newest offer, while the page does not apply it. @type {Renegotiation | null} */
let unapplied = null;
/** What to stop when the call ends. @type {(() => void)[]} */
let running = [];

exposeToTests({ connection: () => call?.connection ?? null, remote: speaker.mix });
start().catch(showProblem);

async function start() {
  const config = await loadConfig();
  const graph = new Graph(config.page_id, config.page_token);
  element('page-name').textContent = config.page_name;
  const chosen = chosenConsumer(config);
  const listed = config.consumers.includes(chosen) ? config.consumers : [chosen, ...config.consumers];
  consumers.append(...listed.map(({ name, psid }) => new Option(name, psid, false, psid === chosen.psid)));
  consumers.addEventListener('change', () => showConsumer(graph).catch(showProblem));
  button('call').addEventListener('click', () => place(graph).catch(fail));
  button('hang-up').addEventListener('click', () => hangUp().catch(showProblem));
  button('mute').addEventListener('click', toggleMute);
  button('apply-offer').addEventListener('click', applyOffer);
  followWebhooks((event) => (call && !call.id ? void early.push(event) : apply(event)));
  show('idle');
  await showConsumer(graph);
}

/** @param {Graph} graph */
async function showConsumer(graph) {
  const name = consumers.selectedOptions[0]?.textContent ?? '';
  element('avatar').textContent = initials(name);
  element('name').textContent = name;
  const { permission, actions } = await graph.permissions(consumers.value);
  const granted = permission.status.toUpperCase() === 'HAS_PERMISSION';
  const until = permission.expiration_time && new Date(permission.expiration_time * 1000).toLocaleDateString();
  element('permission').textContent = granted ? `Granted until ${until}` : 'Not granted';
  element('permission').dataset.granted = String(granted);
  button('call').disabled = !actions.some((action) => action.action_name === 'start_call' && action.can_perform);
}

/** @param {Graph} graph */
async function place(graph) {
  showProblem();
  show('calling');
  const microphone = await openMicrophone();
  early = [];
  call = new BusinessCall(graph, microphone, (track) => speaker.play(track, () => showProblem('The browser blocks sound.')));
  const voice = new MediaStreamAudioSourceNode(audioContext(), { mediaStream: microphone });
  running = [
    showLevel(voice, element('level-out')),
    showLevel(speaker.mix, element('level-in')),
    () => microphone.getTracks().forEach((track) => track.stop()),
  ];
  button('mute').disabled = false;
  watch(call.connection);
  await call.connect(consumers.value);
  button('hang-up').disabled = false;
  early.splice(0).forEach(apply);
}

/** @param {RTCPeerConnection} connection */
function watch(connection) {
  const show = () => (element('media').textContent = connection.connectionState);
  connection.addEventListener('connectionstatechange', show);
  show();
}

/** @param {CallEvent} event */
function apply(event) {
  if (!call || event.id !== call.id) return;
  if (event.event === 'terminate') return finish(event);
  if (event.call_status === 'ringing') show('ringing');
  if (event.call_status === 'accepted') accepted();
  if (event.event === 'media_update' && event.session) offered(event.session);
}

/** @param {Renegotiation} session */
function offered(session) {
  unapplied = session;
  if (renegotiates) applyOffer();
  else button('apply-offer').hidden = false;
}

function applyOffer() {
  if (unapplied) call?.renegotiate(unapplied).catch(showProblem);
  unapplied = null;
  button('apply-offer').hidden = true;
}

function accepted() {
  show('connected');
  running.push(countTime(element('timer'), Date.now()));
}

async function hangUp() {
  await call?.hangUp();
  finish();
}

/** @param {CallEvent} [event] */
function finish(event) {
  clean();
  show('ended');
  if (event?.status === 'Failed') showProblem('The call failed: its media was lost.');
}

/** @param {unknown} error */
function fail(error) {
  clean();
  show('idle');
  showProblem(error);
}

function clean() {
  running.splice(0).forEach((stop) => stop());
  speaker.silence();
  call?.close();
  call = null;
  unapplied = null;
  button('apply-offer').hidden = true;
  element('media').textContent = 'not connected';
}

function toggleMute() {
  const muted = button('mute').getAttribute('aria-pressed') !== 'true';
  button('mute').setAttribute('aria-pressed', String(muted));
  call?.connection.getSenders().forEach(({ track }) => track && (track.enabled = !muted));
}

/** @param {State} state */
function show(state) {
  const live = state === 'calling' || state === 'ringing' || state === 'connected';
  element('panel').dataset.state = state;
  element('state').textContent = SENTENCES[state];
  button('call').hidden = live;
  button('hang-up').hidden = !live;
  button('mute').hidden = !live;
  consumers.disabled = live;
  if (state === 'calling') resetControls();
}

function resetControls() {
  element('timer').textContent = '';
  button('hang-up').disabled = true;
  button('mute').disabled = true;
  button('mute').setAttribute('aria-pressed', 'false');
}
