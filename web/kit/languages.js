import { keepForLong, keptForLong } from './storage.js';
import { Texts, chooseLanguage } from './texts.js';

/** The languages that there are texts in, the one for all others first. */
export const LANGUAGES = /** @type {const} */ (['en', 'es', 'pt', 'id', 'ar']);

/** @typedef {(typeof LANGUAGES)[number]} Language */

/**
 * A page's texts, a file for each language: with the keys `K`, of which none may be missing.
 *
 * @template {string} K
 * @typedef {{[language in Language]: () => Promise<{default: Record<K, import('./texts.js').Text>}>}} Files
 */

/**
 * The texts in the language of the reader: what they chose, what whoever embeds the page says (`?lang=`), what their browser
 * speaks.
 *
 * @template {string} K
 * @param {Files<K>} files
 */
export async function loadTexts(files) {
  const asked = [keptForLong(LANGUAGE_KEY), new URLSearchParams(location.search).get('lang')].filter((tag) => tag !== null);
  const wanted = [...asked, ...navigator.languages];
  const language = chooseLanguage(wanted, LANGUAGES);
  // A region of that language has its own dates.
  const tag = wanted.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;
  return new Texts(tag, (await files[language]()).default);
}

/** @param {string} language one of `LANGUAGES` */
export function rememberLanguage(language) {
  keepForLong(LANGUAGE_KEY, language);
}

const LANGUAGE_KEY = 'offhook-language';
