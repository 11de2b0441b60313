/**
 * The texts of a page in its reader's language: one file per language, all with the same keys. `{name}` stands for a value;
 * a text that depends on a number `{count}` has one form for each of the language's plural categories.
 *
 * @typedef {string | {[category in Intl.LDMLPluralRule]?: string}} Text
 * @typedef {Record<string, string | number>} Values
 */

/** @template {string} K the keys */
export class Texts {
  #texts;
  #plurals;
  #formats;

  /**
   * @param {string} language a BCP 47 tag
   * @param {Record<K, Text>} texts
   */
  constructor(language, texts) {
    this.language = language;
    this.#texts = texts;
    this.#plurals = new Intl.PluralRules(language);
    this.#formats = formats(language);
  }

  /** How it is written. */
  get direction() {
    return RIGHT_TO_LEFT.has(this.language.split('-')[0]) ? 'rtl' : 'ltr';
  }

  /**
   * @param {K} key
   * @param {Values} [values]
   */
  say(key, values = {}) {
    const text = this.#texts[key];
    const pattern = typeof text === 'string' ? text : (text[this.#plurals.select(Number(values.count))] ?? text.other ?? '');
    return pattern.replace(/\{(\w+)\}/g, (_, name) => this.#isolated(values[name] ?? ''));
  }

  /**
   * The key, if there is a text for it, as there is for each word of a protocol that its reader can understand.
   *
   * @param {string} key
   * @param {K} otherwise
   * @returns {K}
   */
  known(key, otherwise) {
    return Object.hasOwn(this.#texts, key) ? /** @type {K} */ (key) : otherwise;
  }

  /** Says what language a page is in, and which way it is read. @param {HTMLElement} page */
  mark(page) {
    page.lang = this.language;
    page.dir = this.direction;
  }

  /** @param {number} at milliseconds since the epoch */
  time(at) {
    return this.#formats.time.format(at);
  }

  /**
   * `today`, `Monday`, `March 3`: as little as tells which day it is.
   *
   * @param {number} at
   * @param {number} [now]
   */
  day(at, now = Date.now()) {
    const days = Math.round((midnight(at) - midnight(now)) / DAY_MS);
    if (Math.abs(days) <= 1) return this.#formats.relative.format(days, 'day');
    return (Math.abs(days) < 7 ? this.#formats.weekday : this.#formats.date).format(at);
  }

  /** @param {number} at */
  dayAndTime(at) {
    return `${this.day(at)} ${this.time(at)}`;
  }

  /** @param {string | number} value */
  #isolated(value) {
    if (typeof value === 'number') return this.#formats.number.format(value);
    // A name in another script must not turn the sentence around it (Unicode UAX #9, section 6.3).
    return this.direction === 'rtl' ? `\u2068${value}\u2069` : value;
  }
}

/**
 * The first of the reader's languages that there are texts in, or the first that there are.
 *
 * @template {string} L
 * @param {readonly string[]} wanted
 * @param {readonly L[]} available
 */
export function chooseLanguage(wanted, available) {
  const spoken = wanted.map((tag) => tag.toLowerCase().split('-')[0]);
  return spoken.flatMap((language) => available.filter((one) => one === language))[0] ?? available[0];
}

/** @param {string} language */
function formats(language) {
  return {
    number: new Intl.NumberFormat(language),
    time: new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' }),
    weekday: new Intl.DateTimeFormat(language, { weekday: 'long' }),
    date: new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long' }),
    relative: new Intl.RelativeTimeFormat(language, { numeric: 'auto' }),
  };
}

/** @param {number} at */
function midnight(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);
const DAY_MS = 86_400_000;
