import { DeviceProblem } from './media/device-problem.js';
import { Lost, Refused } from './refusal.js';

/** @typedef {import('./media/device-problem.js').Device} Device */
/** @typedef {import('./media/device-problem.js').Reason} Reason */

/**
 * What went wrong; a page has a text for each refusal that its reader can do something about.
 *
 * @template {string} K
 * @param {import('./texts.js').Texts<K | `${Device}_${Reason}` | 'went_wrong' | 'line_broke'>} texts
 * @param {unknown} problem
 */
export function problemSentence(texts, problem) {
  if (problem instanceof DeviceProblem) return texts.say(`${problem.device}_${problem.reason}`);
  if (problem instanceof Refused) return texts.say(texts.known(`refused_${problem.error}`, 'went_wrong'));
  return texts.say(problem instanceof Lost ? 'line_broke' : 'went_wrong');
}
