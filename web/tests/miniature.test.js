import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { PNG } from 'pngjs';

import { Miniature, SQUARE } from './miniature.js';
import { CHROMIUM } from './stage.js';

/** What the pages are dressed in. */
const STYLES = ['tokens', 'base', 'controls', 'panel'];

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').Page} */
let page;
let styles = '';
before(async () => {
  browser = await chromium.launch(CHROMIUM);
  page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  styles = (await Promise.all(STYLES.map((name) => readFile(new URL(`../kit/style/${name}.css`, import.meta.url), 'utf8')))).join('\n');
});
after(() => browser?.close());

/**
 * A page as ours are, in small.
 *
 * @param {object} [change]
 * @param {string} [change.dress] its style sheets
 * @param {string} [change.css] on top of them
 * @param {string} [change.clock]
 * @param {string} [change.theme]
 */
async function drawn({ dress = styles, css = '', clock = '0:07', theme = 'light' } = {}) {
  await page.setContent(`
    <!doctype html><html lang="en" data-theme="${theme}">
    <style>${dress}</style>
    <style>main { padding: 2rem } .card { background: var(--surface); padding: 1rem; margin-bottom: 1rem } ${css}</style>
    <main>
      <h1>Demo Page</h1>
      <section class="card"><p>Good morning, it comes out of the oven in ten minutes. Shall we talk about the icing?</p></section>
      <section class="card" id="call"><p>In a call, for <span id="clock">${clock}</span></p><button class="pill primary" id="hang-up">Hang up</button></section>
    </main>`);
  return PNG.sync.read(await page.screenshot());
}

/** @param {PNG} before @param {PNG} now */
function found(before, now) {
  return Miniature.of(before).differences(Miniature.of(now));
}

/** Where the button is. @returns {Promise<import('./miniature.js').Box>} */
function button() {
  return page.$eval('#hang-up', (button) => button.getBoundingClientRect().toJSON());
}

/** @type {[what: string, change: Parameters<typeof drawn>[0]][]} */
const BROKEN = [
  ['a lost style sheet', { dress: '' }],
  ['a wrong theme', { theme: 'dark' }],
  ['a panel of another colour', { css: '#call { background: var(--accent-soft) }' }],
  ['a ground of a colour that is hardly another', { css: 'body { background: #e6e8ee }' }],
  ['a button of another colour', { css: '#hang-up { background: var(--bad) }' }],
  ['a moved button', { css: '#hang-up { position: relative; left: 16px }' }],
  ['a lost button', { css: '#hang-up { visibility: hidden }' }],
  ['a lost panel', { css: '#call { display: none }' }],
  ['a lost heading', { css: 'h1 { visibility: hidden }' }],
  ['words over words', { css: '#call { margin-top: -4rem }' }],
  ['letters of another size', { css: 'main { font-size: 1.1rem }' }],
];
for (const [what, change] of BROKEN) {
  test(`${what}: it is found`, async () => {
    const differences = found(await drawn(), await drawn(change));
    assert.ok(differences.length > 0);
  });
}

/** @type {[what: string, change: Parameters<typeof drawn>[0]][]} */
const ALIKE = [
  ['no change', {}],
  ['another digit of a clock', { clock: '0:10' }],
  ['words that are shifted by a pixel', { css: 'p { transform: translate(1px, 1px) }' }],
  ['a page that is shifted by a pixel', { css: 'main { transform: translateY(1px) }' }],
  ['a speck', { css: 'h1::after { content: ""; position: fixed; inset: 500px auto auto 600px; border: 6px solid red }' }],
  ['letters that are drawn a little heavier', { css: '* { -webkit-text-stroke: 0.2px }' }],
  ['words that are spaced a little wider', { css: 'p { letter-spacing: 0.01px }' }],
];
for (const [what, change] of ALIKE) {
  test(`${what}: nothing is found`, async () => assert.deepEqual(found(await drawn(), await drawn(change)), []));
}

test('noise is not found', async () => {
  const [before, now] = [await drawn(), await drawn()];
  let seed = 7;
  for (let byte = 0; byte < now.data.length; byte++) {
    seed = (seed * 48_271) % 2_147_483_647;
    if (byte % 4 !== 3) now.data[byte] = Math.min(255, Math.max(0, now.data[byte] + (seed % 13) - 6));
  }
  assert.deepEqual(found(before, now), []);
});

test('it is told where a page differs', async () => {
  const before = await drawn();
  const { x, y, width, height } = await button();
  const differences = found(before, await drawn({ css: '#hang-up { background: var(--bad) }' }));
  for (const square of differences) {
    assert.ok(square.x + square.width > x && square.x < x + width, JSON.stringify(square));
    assert.ok(square.y + square.height > y && square.y < y + height, JSON.stringify(square));
  }
});

test('what chance decides is not compared, and may be a little longer, but must be there', async () => {
  const [before, now] = [await drawn(), await drawn({ css: '#hang-up { background: var(--bad) }' })];
  const hole = await button();
  const differences = (/** @type {import('./miniature.js').Box[]} */ ...holes) =>
    Miniature.of(before, [hole]).differences(Miniature.of(now, holes)).length;
  assert.equal(differences(hole), 0);
  assert.equal(differences({ ...hole, width: hole.width + SQUARE }), 0);
  assert.ok(differences() > 0, 'what was to be left to chance is not there');
  assert.ok(differences({ ...hole, width: 700 }) > 0, 'more than before is left to chance');
});

test('a page of another length is found, one that is longer by a pixel is not', () => {
  const of = (/** @type {number} */ height) => Miniature.of(new PNG({ width: 400, height, fill: true }));
  assert.deepEqual(of(400).differences(of(401)), []);
  assert.ok(of(400).differences(of(440)).length > 0);
  assert.ok(of(440).differences(of(400)).length > 0);
});

test('it is kept whole in a file', async () => {
  const miniature = Miniature.of(await drawn(), [{ x: 0, y: 0, width: 80, height: 80 }]);
  assert.deepEqual(miniature.differences(Miniature.from(miniature.file())), []);
  const { width, height, data } = PNG.sync.read(miniature.enlarged());
  assert.deepEqual([width, height, data[3]], [800, 600, 0]);
});
