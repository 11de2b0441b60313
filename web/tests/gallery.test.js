import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { chromium } from 'playwright-core';

import { Gallery, REFERENCES, standStill, zoneOfNoon } from './gallery.js';
import { CHROMIUM } from './stage.js';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').Page} */
let page;
/** @type {string} */
let references;
/** @type {string} */
let artefacts;
before(async () => (browser = await chromium.launch(CHROMIUM)));
after(() => browser?.close());
beforeEach(async () => {
  [references, artefacts] = await Promise.all(['references-', 'artefacts-'].map((name) => mkdtemp(join(tmpdir(), name))));
  page = await browser.newPage({ viewport: { width: 400, height: 300 } });
});
afterEach(async () => {
  await page.close();
  await Promise.all([references, artefacts].map((folder) => rm(folder, { recursive: true })));
});

/** @param {boolean} [isWriting] */
function gallery(isWriting = false) {
  return new Gallery('some-looks', { references, artefacts, isWriting });
}

/**
 * Takes a picture, without axe's long look.
 *
 * @param {Gallery} pictures
 * @param {string} name
 * @param {Parameters<Gallery['take']>[2]} [options]
 */
function take(pictures, name, options) {
  return pictures.take(page, name, { isAudited: false, ...options });
}

/** @param {string} body @param {string} [style] */
function show(body, style = '') {
  return page.setContent(`<!doctype html><html lang="en"><title>Shop</title><style>${style}</style><main><h1>Shop</h1>${body}</main></html>`);
}

test('a page that looks as its reference passes, and one that does not leaves three pictures', async () => {
  await show('<p>Open</p>');
  await take(gallery(true), 'shop');
  const same = gallery();
  await take(same, 'shop');
  await same.judge();
  await same.isComplete();
  assert.deepEqual(await readdir(artefacts), ['shop.png']);

  await show('<p>Open</p>', 'main { background: #cfc }');
  const other = gallery();
  await take(other, 'shop');
  const [expected, got, difference] = ['shop-expected', 'shop', 'shop-difference'].map((name) => join(artefacts, `${name}.png`));
  await assert.rejects(other.judge(), ({ message }) => {
    assert.match(message, /shop looks different in \d+ squares, all of them from \d+,\d+ to \d+,\d+ px/);
    for (const picture of [expected, got, difference]) assert.ok(message.includes(picture), message);
    return /OFFHOOK_WRITE_DOCUMENTS=1 .*tests\/some-looks\.test\.js/.test(message);
  });
  for (const picture of [expected, got, difference]) assert.ok((await stat(picture)).size > 0);
  await other.judge();

  await show('<p>Open</p>');
  await take(gallery(), 'shop');
  assert.deepEqual(await readdir(artefacts), ['shop.png'], 'what is told of a difference goes with it');
});

test('two pictures of one name fail', async () => {
  await show('');
  const pictures = gallery(true);
  await take(pictures, 'shop');
  await assert.rejects(take(pictures, 'shop'), /shop is the name of one picture/);
});

test('a picture without a reference fails with the command that writes one', async () => {
  await show('');
  const pictures = gallery();
  await take(pictures, 'shop');
  await assert.rejects(pictures.judge(), /shop has no reference.*OFFHOOK_WRITE_DOCUMENTS=1 .*tests\/some-looks\.test\.js/);
});

test('a reference that nothing is pictured for any more fails, and goes when they are written', async () => {
  await show('');
  const first = gallery(true);
  await take(first, 'shop');
  await take(first, 'closed');
  const [reading, writing] = [gallery(), gallery(true)];
  await take(reading, 'shop');
  await assert.rejects(reading.isComplete(), /closed/);
  await take(writing, 'shop');
  await writing.isComplete();
  assert.deepEqual(await readdir(references), ['shop.png']);
});

test('only what looks different is written anew', async () => {
  await show('<p>Open</p>');
  await take(gallery(true), 'shop');
  const { mtimeMs } = await stat(join(references, 'shop.png'));
  await show('<p>0pen</p>');
  await take(gallery(true), 'shop');
  assert.equal((await stat(join(references, 'shop.png'))).mtimeMs, mtimeMs);
});

test('what chance decides is left out where it is seen, and nothing else', async () => {
  const long = (/** @type {string} */ chance, /** @type {string} */ below) =>
    show(`<div tabindex="0"><pre>${chance}</pre></div><p>Below</p><pre>${chance}</pre>`, `div { height: 64px; overflow: auto } p { ${below} }`);
  const taken = async () => {
    await page.evaluate(() => scrollTo(0, 40));
    const pictures = gallery();
    await take(pictures, 'shop', { fullPage: true });
    return pictures;
  };
  await long('one\n'.repeat(20), '');
  await take(gallery(true), 'shop', { fullPage: true });
  await long('M W\n'.repeat(20), '');
  await (await taken()).judge();
  await long('one\n'.repeat(20), 'background: #cfc');
  await assert.rejects((await taken()).judge(), /shop looks different/);
});

test('a page that does not fit, or cannot be used by everybody, fails', async () => {
  const pictures = gallery(true);
  await show('<p>Wide</p>', 'p { width: 500px }');
  await assert.rejects(pictures.take(page, 'wide'), /wide is \d+ px too wide/);
  await show('<button>Go</button>');
  await pictures.take(page, 'small');
  await assert.rejects(pictures.take(page, 'for fingers', { isForFingers: true }), /every target is large enough/);
  await show('<button></button>');
  await assert.rejects(pictures.take(page, 'nameless'), /axe finds nothing/);
  await pictures.take(page, 'nameless, unaudited', { isAudited: false });
});

test('every time that a page writes is the same, every level that it shows, and what lies far below is drawn', async () => {
  await standStill(page);
  await page.goto('about:blank');
  const written = await page.evaluate(() => {
    const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
    return [format.format(0), format.format(Date.now()), new Date().toLocaleTimeString('en-GB'), new Date(0).toLocaleDateString('en-GB')];
  });
  assert.deepEqual(written, ['12 Jan 2027, 10:10:10', '12 Jan 2027, 10:10:10', '10:10:10', '12/01/2027']);
  await show('<p style="--level: 0.123; content-visibility: auto">Loud</p>');
  const drawn = await page.$eval('p', (shown) => [getComputedStyle(shown).getPropertyValue('--level'), getComputedStyle(shown).contentVisibility]);
  assert.deepEqual(drawn, ['0.6', 'visible']);
});

test('it is noon where pictures are taken', () => {
  for (let hour = 0; hour < 24; hour++) {
    const now = new Date(Date.UTC(2027, 0, 12, hour, 30));
    const there = now.toLocaleTimeString('en-GB', { timeZone: zoneOfNoon(now) });
    assert.equal(there, '12:30:00');
  }
});

test('all references belong to a test file', async () => {
  const tests = await readdir(new URL('.', import.meta.url));
  const lost = (await readdir(REFERENCES)).filter((file) => !tests.includes(`${file}.test.js`));
  assert.deepEqual(lost, []);
});
