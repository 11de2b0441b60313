import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LANGUAGES } from '../kit/languages.js';
import { Texts, chooseLanguage } from '../kit/texts.js';

/** @typedef {Record<string, import('../kit/texts.js').Text>} Dictionary */

const PAGES = ['consumer', 'desk'];

/** @param {string} folder @returns {Promise<[string, Dictionary][]>} */
function dictionaries(folder) {
  return Promise.all(LANGUAGES.map(async (language) => [language, (await import(`../${folder}/texts/${language}.js`)).default]));
}

/** @param {import('../kit/texts.js').Text} text */
function forms(text) {
  return typeof text === 'string' ? [text] : Object.values(text);
}

/** The number itself may stand in a word: `two calls`. @param {string} form */
function values(form) {
  const named = [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return named.filter((name) => name !== 'count').sort();
}

for (const page of PAGES) {
  test(`every language has the same texts with the same values in them: ${page}`, async () => {
    const [[, english], ...others] = await dictionaries(page);
    assert.ok(Object.keys(english).length > 50);
    for (const [language, texts] of others) {
      assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort(), language);
      for (const [key, text] of Object.entries(english)) {
        assert.equal(typeof texts[key], typeof text, `${language}.${key}`);
        for (const form of forms(texts[key])) {
          assert.notEqual(form.trim(), '', `${language}.${key}`);
          assert.deepEqual(values(form), values(forms(text)[0]), `${language}.${key}`);
        }
      }
    }
  });

  test(`a text of a page is in its own language: ${page}`, async () => {
    const [[, english], ...others] = await dictionaries(page);
    for (const [language, texts] of others) {
      const words = (/** @type {Dictionary} */ texts, /** @type {string} */ key) => forms(texts[key])[0].replace(/\{\w+\}/g, '');
      const same = Object.keys(english).filter((key) => /\p{L}{3}.* /u.test(words(english, key)) && words(texts, key) === words(english, key));
      assert.deepEqual(same, [], language);
    }
  });
}

test('a text that counts has the form of each of its language’s plural categories', async () => {
  const apples = { one: '{count} تفاحة', two: 'تفاحتان', few: '{count} تفاحات', many: '{count} تفاحة', zero: 'لا تفاح', other: '{count} تفاحة' };
  const arabic = new Texts('ar-EG', { apples });
  assert.equal(arabic.say('apples', { count: 0 }), 'لا تفاح');
  assert.equal(arabic.say('apples', { count: 2 }), 'تفاحتان');
  assert.equal(arabic.say('apples', { count: 3 }), '٣ تفاحات');
  for (const [language, texts] of (await Promise.all(PAGES.map(dictionaries))).flat()) {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [key, text] of Object.entries(texts)) {
      if (typeof text !== 'string') assert.deepEqual(Object.keys(text).sort(), [...pluralCategories].sort(), `${language}.${key}`);
    }
  }
});

test('a name does not turn a sentence that runs the other way', () => {
  const arabic = new Texts('ar', { hello: 'مرحبا {name}!' });
  assert.equal(arabic.direction, 'rtl');
  assert.equal(arabic.say('hello', { name: 'Ada' }), 'مرحبا \u2068Ada\u2069!');
  assert.equal(new Texts('en', { hello: 'Hello {name}!' }).say('hello', { name: 'Ada' }), 'Hello Ada!');
});

test('days are told with as few words as tell them apart', () => {
  const english = new Texts('en-GB', {});
  const now = new Date(2026, 5, 17, 12).getTime();
  const at = (/** @type {number} */ days) => english.day(new Date(2026, 5, 17 + days, 23, 59).getTime(), now);
  assert.deepEqual([-30, -3, -1, 0, 1, 5, 7].map(at), ['18 May', 'Sunday', 'yesterday', 'today', 'tomorrow', 'Monday', '24 June']);
});

test('a reader gets the first of their languages that there is', () => {
  assert.equal(chooseLanguage(['fr-CA', 'pt-BR', 'en'], LANGUAGES), 'pt');
  assert.equal(chooseLanguage(['fr', 'xx'], LANGUAGES), 'en');
});
