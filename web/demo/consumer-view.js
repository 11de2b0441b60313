import { clock } from './call-timer.js';
import { button, element, initials } from './page.js';

/** @typedef {'connecting' | 'idle' | 'ringing' | 'joining' | 'connected' | 'ended' | 'refused'} State */

/** @type {Record<State, string>} */
const SENTENCES = {
  connecting: 'Connecting…',
  idle: 'Waiting for calls',
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
  consumer_hung_up: 'You hung up',
  consumer_declined: 'You declined',
  no_answer: 'Missed call',
};

/**
 * @param {State} state
 * @param {string} [sentence] instead of the state's own
 */
export function showState(state, sentence = SENTENCES[state]) {
  element('panel').dataset.state = state;
  element('state').textContent = sentence;
  if (state === 'ringing' || state === 'ended') element('timer').textContent = '';
  element('hint').hidden = state !== 'idle' && state !== 'ended';
  element('answering').hidden = state !== 'ringing';
  element('controls').hidden = state !== 'joining' && state !== 'connected';
  if (state === 'joining') button('mute').setAttribute('aria-pressed', 'false');
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
  element('avatar').textContent = initials(pageName);
  element('me').textContent = consumerName;
}

/**
 * @param {string} reason
 * @param {number} seconds how long the parties were connected
 */
export function endSentence(reason, seconds) {
  const sentence = ENDS[reason] ?? 'The call was interrupted';
  return seconds > 0 ? `${sentence} · ${clock(seconds)}` : sentence;
}

export const MISSED = ENDS.no_answer;
