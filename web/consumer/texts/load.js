import { Texts, chooseLanguage } from '../../kit/texts.js';
import { keepForLong, keptForLong } from '../../kit/storage.js';
import { LANGUAGES } from './languages.js';

/**
 * The texts in the language of the reader: what they chose, what whoever embeds the page says (`?lang=`), what their browser
 * speaks.
 *
 * @returns {Promise<import('../sentences.js').Texts>}
 */
export async function loadTexts() {
  const asked = [keptForLong(LANGUAGE_KEY), new URLSearchParams(location.search).get('lang')].filter((tag) => tag !== null);
  const wanted = [...asked, ...navigator.languages];
  const language = chooseLanguage(wanted, LANGUAGES);
  // A region of that language has its own dates.
  const tag = wanted.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;
  return new Texts(tag, (await import(`./${language}.js`)).default);
}

/** @param {string} language one of `LANGUAGES` */
export function rememberLanguage(language) {
  keepForLong(LANGUAGE_KEY, language);
}

const LANGUAGE_KEY = 'offhook-language';
