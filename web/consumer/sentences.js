import { clock } from '../kit/clock.js';
import { DeviceProblem } from '../kit/media/device-problem.js';
import { Lost, Refused } from '../kit/refusal.js';
import en from './texts/en.js';

/** @typedef {import('../kit/texts.js').Texts<typeof en>} Texts */
/** @typedef {keyof typeof en} Key */

/**
 * How a call ended.
 *
 * @param {Texts} texts
 * @param {import('./phone.js').Ending} ending
 */
export function endSentence(texts, { how, seconds, wasOutgoing }) {
  const key = wasOutgoing && how === 'no_answer' ? 'end_no_answer_out' : known(`end_${how}`, 'end_interrupted');
  const end = texts.say(key);
  return seconds > 0 ? texts.say('end_with_time', { end, time: clock(seconds) }) : end;
}

/**
 * What went wrong.
 *
 * @param {Texts} texts
 * @param {unknown} problem
 */
export function problemSentence(texts, problem) {
  if (problem instanceof DeviceProblem) return texts.say(`${problem.device}_${problem.reason}`);
  if (problem instanceof Refused) return texts.say(known(`refused_${problem.error}`, 'went_wrong'));
  return texts.say(problem instanceof Lost ? 'line_broke' : 'went_wrong');
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

/**
 * @param {string} key
 * @param {Key} otherwise
 * @returns {Key}
 */
function known(key, otherwise) {
  return Object.hasOwn(en, key) ? /** @type {Key} */ (key) : otherwise;
}
