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
 * @param {string} how
 * @param {number | null} seconds
 */
export function endSentence(texts, how, seconds) {
  const end = texts.say(known(`end_${how}`, 'end_interrupted'));
  return seconds ? texts.say('end_with_time', { end, time: clock(seconds) }) : end;
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
 * @param {string} key
 * @param {Key} otherwise
 * @returns {Key}
 */
function known(key, otherwise) {
  return Object.hasOwn(en, key) ? /** @type {Key} */ (key) : otherwise;
}
