import { setBusy } from './call-button.js';
import { clock } from './call-timer.js';
import { element, initials } from './page.js';

/** @typedef {'connecting' | 'idle' | 'calling' | 'ringing' | 'joining' | 'connected' | 'ended' | 'refused'} State */

/** The states in which there is a call. @type {State[]} */
export const LIVE = ['calling', 'ringing', 'joining', 'connected'];

/** @type {Record<State, string>} */
const SENTENCES = {
  connecting: 'Connecting…',
  idle: 'Waiting for calls',
  calling: 'Calling…',
  ringing: 'is calling you',
  joining: 'Connecting the call…',
  connected: 'In call',
  ended: 'Call ended',
  refused: 'Not connected',
};

/** What the end of a call is called here. @type {Record<string, string>} */
const ENDS = {
  business_hung_up: 'They hung up',
  business_cancelled: 'Missed call',
  business_rejected: 'They declined',
  consumer_hung_up: 'You hung up',
  consumer_cancelled: 'You cancelled',
  consumer_declined: 'You declined',
  no_answer: 'Missed call',
  outside_call_hours: 'They take no calls now',
};

/**
 * @param {State} state
 * @param {string} [sentence] instead of the state's own
 */
export function showState(state, sentence = SENTENCES[state]) {
  element('panel').dataset.state = state;
  element('state').textContent = sentence;
  if (state !== 'joining' && state !== 'connected') element('timer').textContent = '';
  element('hint').hidden = state !== 'idle' && state !== 'ended';
  element('answering').hidden = state !== 'ringing';
  element('controls').hidden = state !== 'calling' && state !== 'joining' && state !== 'connected';
  element('hang-up-label').textContent = state === 'calling' ? 'Cancel' : 'Hang up';
  setBusy(LIVE.includes(state));
  document.title = state === 'ringing' ? 'Incoming call' : 'Offhook · Consumer';
}

/** @param {'Online' | 'Connecting again…' | 'Offline'} line */
export function showLine(line) {
  element('line').dataset.online = String(line === 'Online');
  element('line-state').textContent = line;
}

/**
 * @param {string} pageName
 * @param {string} consumerName
 */
export function showParties(pageName, consumerName) {
  element('page-name').textContent = pageName;
  element('thread-name').textContent = pageName;
  element('avatar').textContent = initials(pageName);
  element('me').textContent = consumerName;
}

/**
 * @param {string} reason
 * @param {number} seconds how long the parties were connected
 * @param {boolean} outgoing whether this side called
 */
export function endSentence(reason, seconds, outgoing) {
  if (outgoing && reason === 'no_answer') return 'They did not answer';
  const sentence = ENDS[reason] ?? 'The call was interrupted';
  return seconds > 0 ? `${sentence} · ${clock(seconds)}` : sentence;
}

export const MISSED = ENDS.no_answer;
