/** The search itself: knows nothing of the page. */

/**
 * A section of a page, as `search.json` has it.
 *
 * @typedef {{href: string, page: string, heading: string, text: string}} Section
 */

/** The most that is found. */
export const FOUND_MAX = 12;

/** What a word counts, by where it stands. A heading's first word counts more, so that a thing's own section comes first. */
const WEIGHT = { begins: 12, heading: 8, page: 3, text: 1 };

/**
 * The sections that have every word of the question, the best first.
 *
 * @param {Section[]} sections
 * @param {string} question
 * @returns {Section[]}
 */
export function find(sections, question) {
  const words = wordsOf(question);
  if (words.length === 0) return [];
  const ranked = sections.map((section) => ({ section, rank: rank(section, words) })).filter(({ rank }) => rank > 0);
  return ranked.sort((a, b) => b.rank - a.rank).slice(0, FOUND_MAX).map(({ section }) => section);
}

/** @param {string} question */
export function wordsOf(question) {
  return question.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * Some words of a text around the first of those that were looked for, cut into parts of which every second one is such a word.
 *
 * @param {string} text
 * @param {string[]} words
 */
export function excerpt(text, words) {
  const places = words.map((word) => text.toLowerCase().indexOf(word)).filter((place) => place >= 0);
  const start = Math.max(0, Math.min(...places, text.length) - BEFORE);
  const shown = (start > 0 ? '…' : '') + text.slice(start, start + EXCERPT);
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return shown.split(new RegExp(`(${escaped.join('|')})`, 'i'));
}

/** How much of a text is shown, and how much of that stands before the word, in characters. */
const EXCERPT = 150;
const BEFORE = 50;

/**
 * Nothing if a word is missing.
 *
 * @param {Section} section
 * @param {string[]} words
 */
function rank({ heading, page, text }, words) {
  const [inHeading, inPage, inText] = [heading, page, text].map((part) => part.toLowerCase());
  const ranks = words.map((word) => {
    const begins = startsAWord(inHeading, word) ? WEIGHT.begins : 0;
    return begins + (inHeading.includes(word) ? WEIGHT.heading : 0) + (inPage.includes(word) ? WEIGHT.page : 0) + (inText.includes(word) ? WEIGHT.text : 0);
  });
  return ranks.includes(0) ? 0 : ranks.reduce((sum, one) => sum + one);
}

/**
 * @param {string} text
 * @param {string} word
 */
function startsAWord(text, word) {
  return text.split(/[^\p{L}\p{N}_]+/u).some((other) => other.startsWith(word));
}
