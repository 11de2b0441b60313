import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, afterEach, before, test } from 'node:test';

import { isAccessible } from './axe.js';
import { Gallery } from './gallery.js';
import { Stage, inState } from './stage.js';

/** @typedef {import('playwright-core').Page} Page */

/** @type {Stage} */
let stage;
/** @type {Gallery} */
let gallery;
/** The business's own site, on an origin of its own. @type {import('node:http').Server} */
let site;
/** What the site's page has in its body. */
let body = '';
/** Its styles, if its policy allows any. */
let style = '';
let origin = '';

before(async () => {
  stage = await Stage.open();
  gallery = await Gallery.open('embed', stage);
  site = createServer((_, response) => {
    const server = stage.server.ready.base_url;
    const policy = `default-src 'none'; script-src ${server}; frame-src ${server}; img-src data:${style && "; style-src 'unsafe-inline'"}`;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
    const head = `<title>Shop</title><link rel="icon" href="data:,"><script type="module" src="${server}/embed.js"></script>`;
    response.end(`<!doctype html><html lang="en">${head}${style && `<style>${style}</style>`}<main><h1>Shop</h1>${body}</main></html>`);
  });
  await new Promise((listening) => site.listen(0, '127.0.0.1', () => listening(undefined)));
  origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (site.address()).port}`;
});
after(async () => {
  site?.close();
  await stage?.close();
});
afterEach(() => {
  style = '';
  return Promise.all([gallery.judge(), stage.clear()]);
});

/** @param {string[]} origins */
function allow(origins) {
  return stage.server.admin('PATCH', `pages/${stage.server.ready.page_id}`, { embed_origins: origins });
}

/**
 * The site's page with the element in it.
 *
 * @param {string} token
 * @param {string} [attributes]
 * @param {(page: Page) => Promise<unknown>} [prepare] before the page is loaded
 */
async function visit(token, attributes = '', prepare) {
  body = `<offhook-call page="${stage.server.ready.page_id}" token="${token}" ${attributes}></offhook-call>`;
  const page = await stage.open('', { locale: 'en-GB' }, prepare, origin);
  return { page, frame: page.frameLocator('offhook-call iframe') };
}

test('a site that the Page does not allow shows nothing of the conversation', async () => {
  await allow(['https://other.example']);
  const { token } = await stage.server.stranger();
  /** @type {Promise<unknown> | undefined} */
  let refused;
  const { frame } = await visit(token, '', async (page) => {
    refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  });
  await refused;
  assert.equal(await frame.locator('offhook-consumer').count(), 0);
  stage.forgive(/frame-ancestors/);
});

test('on a site of its own a business is written to and called, with sound', async () => {
  await allow([origin]);
  const who = await stage.server.consumer();
  const [{ page, frame }, business] = await Promise.all([visit(who.token), stage.business(who)]);
  await page.evaluate(() => {
    Reflect.set(globalThis, 'states', []);
    addEventListener('offhook-state', (event) => Reflect.get(globalThis, 'states').push(/** @type {CustomEvent} */ (event).detail.state));
  });
  await frame.locator('#text').fill('Hello from the shop');
  await frame.locator('#text').press('Enter');
  await frame.locator('[data-kind=text]').filter({ hasText: 'Hello from the shop' }).waitFor();
  await frame.locator('#call').click();
  await inState(business, 'incoming');
  await business.click('#accept');
  await inState(business, 'connected');
  await frame.locator('#network').waitFor();
  await isAccessible(page, 'embedded');
  await business.click('#hang-up');
  await frame.locator('#panel[data-state=ended]').waitFor();
  await page.waitForFunction(() => Reflect.get(globalThis, 'states').at(-1) === 'ended');
  const states = await page.evaluate(() => Reflect.get(globalThis, 'states'));
  assert.deepEqual(states.slice(states.indexOf('calling')), ['calling', 'connected', 'ended']);
  const seen = await page.evaluate(() => document.querySelector('offhook-call')?.shadowRoot?.querySelector('iframe')?.contentDocument);
  assert.equal(seen, null, 'the site sees nothing of what is in the frame');
});

test('a launcher opens when one presses it, and by itself when the business calls', async () => {
  await allow([origin]);
  const who = await stage.server.consumer();
  const [{ page, frame }, business] = await Promise.all([visit(who.token, 'launcher label="Talk to us"'), stage.business(who)]);
  const button = page.getByRole('button', { name: 'Talk to us' });
  await page.waitForSelector('offhook-call iframe', { state: 'hidden' });
  await button.click();
  await frame.locator('h1').waitFor();
  await gallery.take(page, 'embedded-launcher');
  await button.click();
  await page.waitForSelector('offhook-call iframe', { state: 'hidden' });
  await business.click('#call');
  await frame.locator('#accept').click();
  await inState(business, 'connected');
  await button.click();
  const colour = (/** @type {string} */ wanted) =>
    page.waitForFunction((wanted) => {
      const button = document.querySelector('offhook-call')?.shadowRoot?.querySelector('button');
      return button && getComputedStyle(button).backgroundColor === wanted;
    }, wanted);
  await colour('rgb(20, 125, 72)'); // Who closed it sees that the call goes on.
  await business.click('#hang-up');
  await colour('rgb(47, 91, 234)');
});

test('a token that is not valid any more can be replaced by the site', async () => {
  await allow([origin]);
  const { page, frame } = await visit('oc_wrong');
  await frame.locator('[data-closed=unknown_token]').waitFor();
  const { token } = await stage.server.stranger();
  await page.evaluate((/** @type {string} */ token) => document.querySelector('offhook-call')?.setAttribute('token', token), token);
  await frame.locator('#panel[data-state=idle]').waitFor({ state: 'attached' });
  assert.equal(await frame.locator('#code, #sign-out').count(), 0, 'the site alone says who one is');
});

test('a site that sets another person’s token shows that person’s conversation alone', async () => {
  await allow([origin]);
  const [first, second] = [await stage.server.stranger('Ada'), await stage.server.stranger('Bob')];
  const { page, frame } = await visit(first.token);
  await frame.locator('#text').fill('I am Ada');
  await frame.locator('#text').press('Enter');
  await frame.locator('[data-kind=text]').waitFor();
  const set = (/** @type {string} */ token) =>
    page.evaluate((/** @type {string} */ token) => document.querySelector('offhook-call')?.setAttribute('token', token), token);
  await set(first.token);
  assert.equal(await frame.locator('[data-kind=text]').count(), 1, 'the same token changes nothing');
  await set(second.token);
  await frame.locator('.beginning').waitFor();
  assert.equal(await frame.locator('[data-kind=text]').count(), 0);
});

test('a person who signs out at the site is signed out here, whatever else the site writes into the element', async () => {
  await allow([origin]);
  const { token } = await stage.server.stranger();
  const { page, frame } = await visit(token);
  const online = frame.locator('#line[data-online=true]');
  await online.waitFor();
  await page.evaluate(() => document.querySelector('offhook-call')?.removeAttribute('token'));
  await frame.locator('#text').waitFor({ state: 'detached' });
  const set = (/** @type {[string, string][]} */ attributes) =>
    page.evaluate((attributes) => attributes.forEach(([name, value]) => document.querySelector('offhook-call')?.setAttribute(name, value)), attributes);
  await set([['page', stage.server.ready.page_id], ['token', token]]);
  await online.waitFor();
  const steps = await page.evaluate(() => history.length);
  await set([['lang', 'es']]);
  await online.filter({ hasText: 'En línea' }).waitFor();
  assert.equal(await page.evaluate(() => history.length), steps, 'the way back leads to the site');
});

test('several elements on a page are devices of their own', async () => {
  await allow([origin]);
  const who = await stage.server.consumer();
  const [{ page }, business] = await Promise.all([visit(who.token, `lang="en"></offhook-call><offhook-call page="${stage.server.ready.page_id}" token="${who.token}"`), stage.business(who)]);
  const frames = [0, 1].map((index) => page.frameLocator(`offhook-call >> nth=${index} >> iframe`));
  await Promise.all(frames.map((frame) => frame.locator('#line[data-online=true]').waitFor()));
  await business.click('#call');
  await Promise.all(frames.map((frame) => frame.locator('#accept').waitFor()));
  await frames[0].locator('#accept').click();
  await frames[1].locator('#state').filter({ hasText: 'Answered on another device' }).waitFor();
  await frames[0].locator('#panel[data-state=connected]').waitFor();

  // A site that is one page takes its elements out and puts them in again.
  await page.evaluate(() => {
    const element = document.querySelector('offhook-call');
    element?.remove();
    if (element) document.querySelector('main')?.prepend(element);
  });
  await frames[0].locator('#panel[data-state=connected]').waitFor();
  await business.click('#hang-up');
  await frames[0].locator('#panel[data-state=ended]').waitFor();
});

test('the launcher stays in its corner on a site that resets, moves, clips and covers everything', async () => {
  await allow([origin]);
  style = `* { all: unset; z-index: -1 } main { display: block; transform: translate(-30px, -30px); overflow: hidden; height: 1px; opacity: 0.2 }
    h1 { position: fixed; inset: 0; z-index: 2147483647; background: pink }`;
  const { token } = await stage.server.stranger();
  const { page, frame } = await visit(token, 'launcher open label="Talk to us"');
  await frame.locator('#line[data-online=true]').waitFor();
  const button = page.getByRole('button', { name: 'Talk to us' });
  const box = (await button.boundingBox()) ?? assert.fail('the button is seen');
  assert.deepEqual([1100 - box.x - box.width, 780 - box.y - box.height], [20, 20]);
  await frame.locator('#text').click({ timeout: 5000 });
  await button.click({ timeout: 5000 });
  await page.waitForSelector('offhook-call iframe', { state: 'hidden' });
  await page.evaluate(() => document.querySelector('offhook-call')?.removeAttribute('launcher'));
  await frame.locator('h1').waitFor();
});

test('the launcher is opened and left by keyboard', async () => {
  await allow([origin]);
  const { token } = await stage.server.stranger();
  const { page, frame } = await visit(token, 'launcher');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await frame.locator('#line[data-online=true]').waitFor();
  await page.keyboard.press('Tab');
  await frame.locator('#call:focus').waitFor();
  await frame.locator('#more').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await frame.locator('#menu').waitFor({ state: 'hidden' });
  assert.equal(await page.locator('offhook-call[open]').count(), 1, 'the key was for the menu');
  await page.keyboard.press('Escape');
  await page.waitForSelector('offhook-call:not([open])', { state: 'attached' });
  await page.keyboard.press('Enter');
  await page.waitForSelector('offhook-call[open]', { state: 'attached' });
});

test('the example of the manual mints a token that opens the conversation', async () => {
  const manual = await readFile(new URL('../../docs/embed.md', import.meta.url), 'utf8');
  const { base_url, page_id, admin_token } = stage.server.ready;
  const example = /```js\n(\/\/ Node\.js[^]*?)```/.exec(manual)?.[1] ?? assert.fail('the manual has an example for Node.js');
  const here = example.replaceAll('https://calls.shop.example', base_url).replaceAll('1044000000001', page_id);
  process.env.OFFHOOK_ADMIN_TOKEN = admin_token;
  const { offhookToken } = await import(`data:text/javascript,${encodeURIComponent(here)}`);
  const { psid } = await stage.server.stranger();
  await stage.client({ token: await offhookToken(psid) });
});

test('every reference is of a picture', () => gallery.isComplete());
