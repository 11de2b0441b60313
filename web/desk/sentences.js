import { clock } from '../kit/clock.js';

/** @typedef {import('../kit/texts.js').Texts<import('./texts/load.js').Key>} Texts */

/**
 * How a call ended.
 *
 * @param {Texts} texts
 * @param {string} how
 * @param {number | null} seconds
 */
export function endSentence(texts, how, seconds) {
  const end = texts.say(texts.known(`end_${how}`, 'end_interrupted'));
  return seconds ? texts.say('end_with_time', { end, time: clock(seconds) }) : end;
}
