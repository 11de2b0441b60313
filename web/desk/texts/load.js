import { loadTexts as load } from '../../kit/languages.js';

/** English says which keys there are. @typedef {keyof typeof import('./en.js').default} Key */

/** @type {import('../../kit/languages.js').Files<Key>} */
const FILES = {
  en: () => import('./en.js'),
  es: () => import('./es.js'),
  pt: () => import('./pt.js'),
  id: () => import('./id.js'),
  ar: () => import('./ar.js'),
};

export function loadTexts() {
  return load(FILES);
}
