import { clock } from '../kit/clock.js';

/** @typedef {import('../kit/texts.js').Texts<import('./texts/load.js').Key>} Texts */

/**
 * How a call ended.
 *
 * @param {Texts} texts
 * @param {import('./phone.js').Ending} ending
 */
export function endSentence(texts, { how, seconds, wasOutgoing }) {
  const key = wasOutgoing && how === 'no_answer' ? 'end_no_answer_out' : texts.known(`end_${how}`, 'end_interrupted');
  const end = texts.say(key);
  return seconds > 0 ? texts.say('end_with_time', { end, time: clock(seconds) }) : end;
}

/**
 * How it stands with the call.
 *
 * @param {Texts} texts
 * @param {import('./phone.js').Phone} phone
 */
export function stateSentence(texts, { state, ending, asked }) {
  if (asked) return texts.say(`asks_${asked}`);
  return state === 'ended' && ending ? endSentence(texts, ending) : texts.say(`state_${state}`);
}

/**
 * Why there are no calls now.
 *
 * @param {Texts} texts
 * @param {import('./settings.js').Settings} settings
 */
export function openingSentence(texts, { next_opening }) {
  return next_opening === null ? texts.say('calls_closed') : texts.say('calls_open_at', { when: texts.dayAndTime(next_opening) });
}

/**
 * @param {Texts} texts
 * @param {import('./thread.js').Call} call
 */
export function callSentence(texts, { direction, outcome, seconds }) {
  if (outcome === 'completed') return texts.say('call_lasted', { time: clock(seconds) });
  return texts.say(direction === 'business_initiated' ? 'call_missed' : 'call_unanswered');
}
