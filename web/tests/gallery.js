import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';

import { isAccessible } from './axe.js';
import { Miniature } from './miniature.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./miniature.js').Box} Box */

/** What the pictures are compared with: of each test file, by its name. */
export const REFERENCES = fileURLToPath(new URL('references', import.meta.url));

/** Where the pictures go. */
const ARTEFACTS = process.env.ARTEFACTS ?? fileURLToPath(new URL('../../artefacts', import.meta.url));

/**
 * What looks different each time, on whatever page: it is not compared. Besides it a call's levels and the time of day, which are
 * the same in all pictures.
 */
const CHANCE = [
  // What is seen, and how well; in the consumer's client that is told when it is known.
  ...['.pictures', 'canvas', '.network', '.call-head', '.key', '.legs td'],
  // How long something took, and how media came.
  ...['call-clock', '.timer', '.one > .facts dd', 'dl > div:has([data-reached])'],
  // What has names and amounts in it.
  ...['.code:not(.box)', 'code.wrap', 'pre', '.ladder ol'],
].join();

/** The smallest that a finger hits, in CSS pixels. */
const TARGET_MIN = 44;

/** The pictures of one test file, each compared with the one that is kept. */
export class Gallery {
  /** The names of what was taken. @type {Set<string>} */
  #taken = new Set();
  /** What looked different. @type {string[]} */
  #complaints = [];

  /**
   * @param {string} file whose pictures they are, without `.test.js`
   * @param {object} [options]
   * @param {string} [options.references] where they lie
   * @param {string} [options.artefacts] where the pictures go
   * @param {boolean} [options.isWriting] whether what looks different is a new reference
   */
  constructor(file, { references = join(REFERENCES, file), artefacts = ARTEFACTS, isWriting = 'OFFHOOK_WRITE_DOCUMENTS' in process.env } = {}) {
    this.file = file;
    this.references = references;
    this.artefacts = artefacts;
    this.isWriting = isWriting;
  }

  /**
   * @param {string} file
   * @param {import('./stage.js').Stage} stage whose pages are pictured
   */
  static async open(file, stage) {
    await Promise.all([ARTEFACTS, join(REFERENCES, file)].map((folder) => mkdir(folder, { recursive: true })));
    Object.assign(stage, { look: { locale: 'en-US', timezoneId: zoneOfNoon() }, prepare: standStill });
    return new Gallery(file);
  }

  /**
   * Takes a picture of the page, whose name says what the page shows and how, and fails if the page does not fit or cannot be used.
   *
   * @param {Page} page
   * @param {string} name
   * @param {object} [options]
   * @param {boolean} [options.fullPage] what lies below the window, too
   * @param {boolean} [options.isAudited] by axe, which takes its time
   * @param {boolean} [options.isForFingers] whether all that can be pressed is large enough for them
   */
  async take(page, name, { fullPage = false, isAudited = true, isForFingers = false } = {}) {
    const picture = await page.screenshot({ path: this.#artefact(name), animations: 'disabled', fullPage });
    const holes = await page.evaluate(boxes, { selector: CHANCE, fullPage });
    // The browser looks through the page while the pictures are compared here.
    await Promise.all([isAudited && isAccessible(page, name), this.#compare(name, picture, holes)]);
    await fits(page, name);
    if (isForFingers) await hasLargeTargets(page, name);
  }

  /** After a test: fails if a picture of it looks different. */
  async judge() {
    assert.ok(this.#complaints.length === 0, this.#complaints.splice(0).join('\n'));
  }

  /** After all tests: fails if a reference is of nothing. */
  async isComplete() {
    const kept = (await readdir(this.references)).map((file) => file.replace(/\.png$/, ''));
    const left = kept.filter((name) => !this.#taken.has(name));
    if (this.isWriting) await Promise.all(left.map((name) => rm(this.#reference(name))));
    else assert.deepEqual(left, [], `nothing is pictured any more that these references are of. ${this.#renewal()}`);
  }

  /**
   * @param {string} name
   * @param {Buffer} file
   * @param {Box[]} holes
   */
  async #compare(name, file, holes) {
    assert.ok(!this.#taken.has(name), `${name} is the name of one picture`);
    this.#taken.add(name);
    const [expected, difference] = ['expected', 'difference'].map((what) => this.#artefact(`${name}-${what}`));
    await Promise.all([expected, difference].map((file) => rm(file, { force: true })));
    const picture = PNG.sync.read(file);
    const got = Miniature.of(picture, holes);
    const reference = await readFile(this.#reference(name)).then(Miniature.from, () => null);
    const found = reference?.differences(got);
    if (found?.length === 0) return;
    if (this.isWriting) return writeFile(this.#reference(name), got.file());
    if (!reference || !found) return void this.#complaints.push(`${name} has no reference to be compared with. ${this.#renewal()}`);
    await writeFile(expected, reference.enlarged());
    await writeFile(difference, PNG.sync.write(marked(picture, found)));
    this.#complaints.push(
      [
        `${name} looks different in ${found.length} squares, ${around(found)}:`,
        ...[`expected ${expected}`, `got ${this.#artefact(name)}`, `difference ${difference}`].map((line) => `  ${line}`),
        this.#renewal(),
      ].join('\n'),
    );
  }

  /** @param {string} name */
  #artefact(name) {
    return join(this.artefacts, `${name}.png`);
  }

  /** @param {string} name */
  #reference(name) {
    return join(this.references, `${name}.png`);
  }

  #renewal() {
    return `If it should be so, in web/: OFFHOOK_WRITE_DOCUMENTS=1 OFFHOOK_BIN=../target/debug/offhook node --test tests/${this.file}.test.js`;
  }
}

/**
 * Fails if the page is wider than the window.
 *
 * @param {Page} page
 * @param {string} name what it shows
 */
export async function fits(page, name) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name} is ${overflow} px too wide`);
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function hasLargeTargets(page, name) {
  const small = await page.evaluate((/** @type {number} */ min) => {
    const visible = [...document.querySelectorAll('button, select, summary, input:not([type=checkbox]), label, a')].filter((target) => target.checkVisibility());
    const boxes = visible.map((target) => ({ name: target.id || target.textContent, box: target.getBoundingClientRect() }));
    return boxes.filter(({ box }) => box.width < min || box.height < min).map(({ name }) => name);
  }, TARGET_MIN);
  assert.deepEqual(small, [], `${name}: every target is large enough`);
}

/**
 * Before a page is loaded: every time of day that it writes is the same, so that none is longer than another, and every sound is
 * equally loud; and what is far below the window is drawn.
 *
 * @param {Page} page
 */
export function standStill(page) {
  return page.addInitScript(() => {
    const moment = new Date(2027, 0, 12, 10, 10, 10);
    const format = /** @type {PropertyDescriptor & {get(): (at: Date) => string}} */ (
      Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format')
    );
    const get = /** @this {Intl.DateTimeFormat} */ function () {
      return () => format.get.call(this)(moment);
    };
    Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', { ...format, get });
    const { toLocaleTimeString: time, toLocaleDateString: date } = Date.prototype;
    Date.prototype.toLocaleTimeString = (/** @type {Parameters<Date['toLocaleTimeString']>} */ ...how) => time.apply(moment, how);
    Date.prototype.toLocaleDateString = (/** @type {Parameters<Date['toLocaleDateString']>} */ ...how) => date.apply(moment, how);
    const still = new CSSStyleSheet();
    still.replaceSync("[style*='--level'] { --level: 0.6 !important } * { content-visibility: visible !important }");
    document.adoptedStyleSheets.push(still);
  });
}

/** Where it is noon: today does not become yesterday while pictures are taken. */
export function zoneOfNoon(now = new Date()) {
  const ahead = 12 - now.getUTCHours();
  // These names count westward.
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

/**
 * Where what is selected is to be seen, as the picture has it.
 *
 * @param {{selector: string, fullPage: boolean}} what
 * @returns {Box[]}
 */
function boxes({ selector, fullPage }) {
  const [right, down] = fullPage ? [scrollX, scrollY] : [0, 0];
  const shown = (/** @type {Element} */ element) => {
    const box = element.getBoundingClientRect();
    let [left, top, end, bottom] = [box.left, box.top, box.right, box.bottom];
    for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
      if (getComputedStyle(around).overflow === 'visible') continue;
      const clip = around.getBoundingClientRect();
      [left, top] = [Math.max(left, clip.left), Math.max(top, clip.top)];
      [end, bottom] = [Math.min(end, clip.right), Math.min(bottom, clip.bottom)];
    }
    return { x: left + right, y: top + down, width: end - left, height: bottom - top };
  };
  const boxes = [...document.querySelectorAll(selector)].map(shown);
  return boxes.filter(({ width, height }) => width > 0 && height > 0);
}

/** @param {Box[]} found */
function around(found) {
  const [left, top] = [Math.min(...found.map(({ x }) => x)), Math.min(...found.map(({ y }) => y))];
  const right = Math.max(...found.map(({ x, width }) => x + width));
  const bottom = Math.max(...found.map(({ y, height }) => y + height));
  return `all of them from ${left},${top} to ${right},${bottom} px`;
}

/**
 * The picture in pale, but for what was found, which is tinted.
 *
 * @param {PNG} picture
 * @param {Box[]} found
 */
function marked(picture, found) {
  const marked = new PNG({ width: picture.width, height: picture.height });
  for (let byte = 0; byte < picture.data.length; byte++) marked.data[byte] = byte % 4 === 3 ? 255 : 128 + (picture.data[byte] - 128) / 3;
  for (const { x, y, width, height } of found)
    for (let row = y; row < Math.min(y + height, picture.height); row++)
      for (let column = x; column < Math.min(x + width, picture.width); column++) {
        const from = 4 * (row * picture.width + column);
        marked.data.set([255, picture.data[from + 1] / 2, picture.data[from + 2] / 2], from);
      }
  return marked;
}
