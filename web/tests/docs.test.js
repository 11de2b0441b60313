import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { excerpt, find } from '../docs/search.js';
import { isAccessible } from './axe.js';
import { Gallery, fits } from './gallery.js';
import { HttpsServer } from './https-server.js';
import { Stage } from './stage.js';

/** Pages that stand for all of their kind. */
const PICTURED = ['', 'quick-start', 'api', 'reference-graph', 'compatibility'];

/** @type {[string, import('playwright-core').BrowserContextOptions][]} */
const LOOKS = [
  ['wide-light', { viewport: { width: 1400, height: 900 }, colorScheme: 'light' }],
  ['narrow-dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true, isMobile: true }],
];

/** What a sheet has room for within its margins, in CSS pixels. */
const A4 = { width: 672, height: 986 };

/** @type {Stage} */
let stage;
/** @type {Gallery} */
let gallery;
before(async () => {
  stage = await Stage.open();
  gallery = await Gallery.open('docs', stage);
});
after(() => stage?.close());
afterEach(() => Promise.all([gallery.judge(), stage.clear()]));

for (const [name, look] of LOOKS) {
  test(`every page of the documentation fits and can be read by everybody: ${name}`, async () => {
    const page = await stage.open('docs/', look);
    const links = await page.$$eval('#contents a', (links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).href));
    assert.ok(links.length > 20, `${links.length} pages`);
    for (const link of links) {
      await page.goto(link);
      await page.waitForSelector('#search input');
      const slug = link.slice(link.lastIndexOf('/') + 1);
      assert.equal(await page.evaluate(() => [...document.images].every(({ naturalWidth }) => naturalWidth > 0)), true, `${slug} has its pictures`);
      if (PICTURED.includes(slug)) await gallery.take(page, `docs-${slug || 'first'}-${name}`);
      else await fits(page, slug);
      if (!PICTURED.includes(slug) && look === LOOKS[0][1]) await isAccessible(page, `${slug} ${name}`);
    }
  });
}

test('the search is reached by a key, finds by words, and is gone through by keys', async () => {
  const page = await stage.open('docs/quick-start');
  await page.waitForSelector('#search input');
  await page.keyboard.press('/');
  await page.keyboard.type('doctor certificate');
  await page.waitForSelector('#found a');
  await gallery.take(page, 'docs-search-wide-light');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/docs/operations#the-doctor');

  await page.fill('#search input', 'qqzzqq');
  await page.waitForSelector('#found p');
  await page.press('#search input', 'Escape');
  await page.waitForSelector('#found', { state: 'hidden' });
});

test('on a phone the contents are laid over the page on demand', async () => {
  const [, look] = LOOKS[1];
  const page = await stage.open('docs/api', look);
  await page.waitForSelector('#contents', { state: 'hidden' });
  await page.click('.to-contents');
  await page.waitForSelector('#contents', { state: 'visible' });
  await gallery.take(page, 'docs-contents-narrow-dark');
  await page.click('#contents a[href=security]');
  await page.waitForURL('**/docs/security');
});

test('a block of code is copied whole', async () => {
  const page = await stage.open('docs/quick-start', { permissions: ['clipboard-read', 'clipboard-write'] });
  const block = page.locator('.code', { hasText: 'offhook dev' }).first();
  await block.hover();
  await block.getByRole('button').click();
  await block.getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'offhook dev\n');
});

test('on paper every page is whole, in dark ink, and without what leads around', async () => {
  const page = await stage.open('docs/', { viewport: A4, colorScheme: 'dark' });
  const links = await page.$$eval('#contents a', (links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).href));
  await page.emulateMedia({ media: 'print' });
  for (const link of links) {
    await page.goto(link);
    const shown = await page.evaluate(() => {
      const visible = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
      const isCut = (/** @type {Element} */ element) =>
        element.getBoundingClientRect().right > innerWidth + 1 || (element.tagName === 'PRE' && element.scrollWidth > element.clientWidth);
      return {
        around: visible('.skip, .bar, #contents, #here, .onward, .heading > a, .code > button').length,
        cut: visible('article :is(p, li, pre, td, img)').filter(isCut).map(({ outerHTML }) => outerHTML.slice(0, 80)),
        folded: [...document.querySelectorAll('details pre')].filter(({ clientHeight }) => clientHeight === 0).length,
        ink: getComputedStyle(document.body).color,
      };
    });
    assert.deepEqual(shown, { around: 0, cut: [], folded: 0, ink: 'rgb(20, 23, 31)' }, link);
  }
});

test('on paper a link says where it leads', async () => {
  const page = await stage.open('docs/quick-start');
  await page.emulateMedia({ media: 'print' });
  const said = (/** @type {string} */ selector) => page.$eval(selector, (link) => getComputedStyle(link, '::after').content);
  assert.equal(await said('article p > a[href=sandbox]'), '" (docs/sandbox)"');
  await page.goto(`${stage.server.ready.base_url}/docs/settings`);
  assert.equal(await said('article a[href="https://shop.example"]'), 'none', 'its words are its address');
});

test('below a base path the documentation has its looks, its search and its links', async () => {
  const server = await HttpsServer.start();
  try {
    const page = await stage.open('docs', { ignoreHTTPSErrors: true }, undefined, server.ready.base_url);
    assert.equal(new URL(page.url()).pathname, '/calling/docs/');
    assert.equal(await page.$eval('.bar', (bar) => getComputedStyle(bar).position), 'sticky');
    await page.fill('#search input', 'idempotency-key 255');
    await page.waitForSelector('#found a');
    await page.press('#search input', 'Enter');
    await page.waitForURL('**/calling/docs/api#connect');
    await page.context().close();
  } finally {
    await server.stop();
  }
});

test('a question finds sections that have all its words, those first whose heading has them', () => {
  const sections = [
    { href: 'a', page: 'A', heading: 'Restore', text: 'Take a backup back.' },
    { href: 'b', page: 'B', heading: 'Backup', text: 'A copy of all data.' },
    { href: 'c', page: 'C', heading: 'Disk', text: 'Nothing of it.' },
  ];
  assert.deepEqual(find(sections, ' BACKUP ').map(({ href }) => href), ['b', 'a']);
  assert.deepEqual(find(sections, 'backup data').map(({ href }) => href), ['b']);
  assert.deepEqual(find(sections, '  '), []);
  const parts = excerpt(`${'so '.repeat(40)}on (a.b) goes`, ['(a.b)']);
  assert.equal(parts[1], '(a.b)');
  assert.ok(parts[0].startsWith('…') && parts[0].length < 60, parts[0]);
});

test('every reference is of a picture', () => gallery.isComplete());
