/** Times, spans and amounts as the console writes them. */

import { inUtc } from '../kit/clock.js';
import { html } from '../vendor/lit.js';

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const NUMBER = new Intl.NumberFormat('en-GB');

/** The time alone if it is today. @param {number} at */
export function moment(at) {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return (isToday ? TIME : DAY).format(at);
}

/** @param {number} at */
export function dayAndTime(at) {
  return DAY.format(at);
}

/**
 * A time in the reader's zone, which tells UTC when one points at it.
 *
 * @param {number} at
 * @param {(at: number) => string} [say]
 */
export function time(at, say = moment) {
  return html`<time datetime=${new Date(at).toISOString()} title=${inUtc(at)}>${say(at)}</time>`;
}

/** `850 ms`, `1.2 s`, `3 min 5 s`. @param {number} ms */
export function span(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds} s`;
}

/** @param {number} count */
export function amount(count) {
  return NUMBER.format(count);
}

/** `1 call`, `2 calls`. @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${amount(count)} ${count === 1 ? one : many}`;
}

/** A stable name as words: `business_hung_up` is `business hung up`. @param {string} name */
export function words(name) {
  return name.replaceAll('_', ' ');
}

/** JSON for people, whatever it is. @param {unknown} value */
export function pretty(value) {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
