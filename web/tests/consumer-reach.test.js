import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { fits } from './gallery.js';
import { Line } from './line.js';
import { watchNotices } from './notices.js';
import { Stage, inState } from './stage.js';

/** @typedef {import('playwright-core').Page} Page */

/** What a consumer reaches with a finger, a keyboard and a screen reader, and what becomes of microphone and camera. */

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/**
 * @param {import('playwright-core').BrowserContextOptions} [look]
 * @param {(page: Page) => Promise<unknown>} [prepare] before the client is loaded
 */
async function pair(look = {}, prepare) {
  const who = await stage.server.consumer();
  const [client, business] = await Promise.all([stage.client(who, { look, prepare }), stage.business(who)]);
  return { client, business };
}

/** The id of what has the focus. @param {Page} client */
function focused(client) {
  return client.evaluate(() => document.activeElement?.id);
}

/**
 * Waits until this is said aloud.
 *
 * @param {Page} client
 * @param {string | RegExp} words
 */
function says(client, words) {
  return client.locator('#news[aria-live=assertive]').filter({ hasText: words }).waitFor({ state: 'attached' });
}

test('what becomes of a call is said aloud, and the next key is under the finger', async () => {
  const { client, business } = await pair();
  await business.click('#call');
  await inState(client, 'ringing');
  await says(client, 'Demo Page is calling');
  assert.equal(await focused(client), 'accept');
  await client.keyboard.press('Enter');
  await says(client, 'In call');
  await client.waitForFunction(() => document.activeElement?.id === 'mute');
  await business.click('#hang-up');
  await says(client, 'They hung up');
  assert.equal(await focused(client), 'dismiss');
  await client.keyboard.press('Shift+Tab');
  assert.equal(await focused(client), 'call-again');
  await client.keyboard.press('Enter');
  await inState(business, 'incoming');
  await says(client, 'Calling…');
  await business.click('#reject');
  await says(client, 'They declined');
});

test('behind a call that covers a phone nothing can be reached, and who was writing accepts nothing by it', async () => {
  const { client, business } = await pair(PHONE);
  await client.focus('#text');
  await business.click('#call');
  await inState(client, 'ringing');
  await client.waitForFunction(() => document.activeElement?.id === 'panel');
  await client.keyboard.press('Enter');
  await client.keyboard.press('Space');
  assert.equal(await client.getAttribute('#panel', 'data-state'), 'ringing');
  const reached = new Set();
  for (let tab = 0; tab < 8; tab++) {
    await client.keyboard.press('Tab');
    reached.add(await focused(client));
  }
  for (const behind of ['text', 'send', 'more', 'call', 'entries']) assert.ok(!reached.has(behind), behind);
  assert.ok(reached.has('accept') && reached.has('decline'));
  await client.keyboard.press('Escape'); // As a phone's way back.
  await client.waitForSelector('[data-minimised=true]');
  await client.focus('#text');
  assert.equal(await focused(client), 'text');
});

test('who looks at another window has a notice of the call, if they wanted notices', async () => {
  const { client, business } = await pair({ permissions: ['notifications'] });
  assert.equal(await client.locator('#notify').count(), 0, 'the browser was asked already');
  const notices = await watchNotices(client);
  await notices.lookElsewhere();
  await business.click('#call');
  await notices.until(1);
  assert.deepEqual(await notices.shown(), [['Demo Page is calling', '']]);
  assert.equal(await notices.click(), true, 'it leads to the client');
  await notices.until(0);
  await client.click('#decline');
});

test('the browser asks about notices once somebody wants them', async () => {
  const { client } = await pair({}, (page) =>
    page.addInitScript(() => {
      Object.defineProperty(Notification, 'permission', { get: () => (/** @type {any} */ (window).isAsked ? 'denied' : 'default') });
      Notification.requestPermission = async () => {
        Object.assign(window, { isAsked: true });
        return 'denied';
      };
    }),
  );
  await client.click('#more');
  await client.click('#notify');
  await client.locator('#notify').waitFor({ state: 'detached' });
  assert.equal(await client.evaluate(() => /** @type {any} */ (window).isAsked), true);
});

test('a call comes over the list of past calls, whose button has the focus again when it is closed', async () => {
  const { client, business } = await pair();
  await client.click('#more');
  await client.click('#show-history');
  await client.keyboard.press('Escape');
  assert.equal(await focused(client), 'more');
  await client.click('#more');
  await client.click('#show-history');
  await business.click('#call');
  await inState(client, 'ringing');
  await client.click('#accept', { timeout: 5000 });
  await inState(business, 'connected');
});

test('on a phone that lies on its side pictures have the height, and every key is in reach', async () => {
  const lying = { viewport: { width: 740, height: 360 }, hasTouch: true, isMobile: true };
  const { client, business } = await pair(lying);
  await client.click('#call-video');
  await inState(business, 'incoming');
  await business.click('#accept');
  await inState(client, 'connected');
  const seen = (await client.locator('#pictures').boundingBox()) ?? assert.fail('the pictures are seen');
  assert.ok(seen.height > 300 && seen.width > 400, JSON.stringify(seen));
  await client.click('#keypad-toggle');
  for (const key of ['[data-key="1"]', '[data-key="#"]', '#mute', '#hang-up']) {
    const { y, height } = (await client.locator(key).boundingBox()) ?? assert.fail(key);
    assert.ok(y >= 0 && y + height <= 360, `${key} ${y} ${height}`);
  }
  await client.click('#hang-up');
});

test('what the browser is about to ask is told while it asks, and its answer is heeded', async () => {
  const { client } = await pair({}, (page) =>
    page.addInitScript(() => {
      navigator.permissions.query = async () => /** @type {any} */ ({ state: 'prompt' });
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (wanted) =>
        new Promise((answer) => Reflect.set(globalThis, 'allow', answer)).then(() => open(wanted));
    }),
  );
  await client.click('#call-video');
  const told = (/** @type {RegExp} */ words) => client.locator('#state').filter({ hasText: words }).waitFor();
  await told(/^Your browser asks whether it may use the microphone and the camera\. Allow both/);
  await client.click('#hang-up');
  await told(/^You cancelled$/);
  await client.evaluate(() => Reflect.get(globalThis, 'allow')());
  await client.click('#call');
  await told(/^Your browser asks whether it may use the microphone\. Allow it/);
  await client.evaluate(() => Reflect.get(globalThis, 'allow')());
  await told(/^Calling…$/);
  await client.click('#hang-up');
});

test('a microphone that is pulled out is replaced in the call, and a camera is off', async () => {
  const { client, business } = await pair();
  await client.click('#call-video');
  await inState(business, 'incoming');
  await business.click('#accept');
  await inState(client, 'connected');
  await client.waitForSelector('#camera[aria-pressed=true]');
  const pull = (/** @type {string} */ kind) =>
    client.evaluate((kind) => {
      const { phone } = /** @type {any} */ (document.querySelector('offhook-consumer'));
      const [pulled] = phone.call.leg.connection.getSenders().flatMap((/** @type {RTCRtpSender} */ { track }) => (track?.kind === kind ? [track] : []));
      pulled.stop();
      pulled.dispatchEvent(new Event('ended'));
    }, kind);
  await client.click('#mute');
  await pull('audio');
  await client.waitForFunction(() => {
    const { phone } = /** @type {any} */ (document.querySelector('offhook-consumer'));
    const { track } = phone.call.leg.connection.getSenders()[0];
    return track.readyState === 'live' && !track.enabled;
  });
  await pull('video');
  await client.waitForSelector('#camera[aria-pressed=false]');
  await client.click('#hang-up');
});

test('the screen of a phone stays on as long as a call does, and who sees themselves does so as in a mirror', async () => {
  const { client, business } = await pair(PHONE, (page) =>
    page.addInitScript(() => {
      Reflect.set(globalThis, 'awake', 0);
      const change = (/** @type {number} */ by) => Reflect.set(globalThis, 'awake', Reflect.get(globalThis, 'awake') + by);
      navigator.wakeLock.request = async () => (change(1), /** @type {any} */ ({ released: false, release: async () => change(-1) }));
    }),
  );
  const isAwake = (/** @type {number} */ locks) => client.waitForFunction((locks) => Reflect.get(globalThis, 'awake') === locks, locks);
  await client.click('#call-video');
  await inState(business, 'incoming');
  await isAwake(1);
  await business.click('#accept');
  await inState(client, 'connected');
  assert.equal(await client.locator('#own-picture').evaluate((own) => getComputedStyle(own).transform), 'matrix(-1, 0, 0, 1, 0, 0)');
  await business.click('#hang-up');
  await inState(client, 'ended');
  await isAwake(0);
});

test('who calls hears that it rings at the other side, until somebody answers', async () => {
  const { client, business } = await pair({}, (page) =>
    page.addInitScript(() => {
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (at) {
        Reflect.set(globalThis, 'tone', this.frequency.value);
        start.call(this, at);
      };
    }),
  );
  await client.click('#call');
  await inState(business, 'incoming');
  await client.waitForFunction(() => Reflect.get(globalThis, 'tone') === 425);
  await business.click('#reject');
  await inState(client, 'ended');
});

test('an address in a text is a link, and what follows it is not of it', async () => {
  const line = new Line();
  const client = await stage.client(await stage.server.stranger(), { prepare: (page) => line.lead(page) });
  const text = 'See https://shop.example/a?b=c (or http://two.example/x). javascript:alert(1) https://';
  await client.fill('#text', text);
  await client.press('#text', 'Enter');
  const sent = client.locator('[data-kind=text] p');
  await sent.waitFor();
  assert.equal(await sent.textContent(), text);
  const links = await sent.locator('a').evaluateAll((links) => links.map((link) => [link.getAttribute('href'), link.getAttribute('rel')]));
  assert.deepEqual(links, [
    ['https://shop.example/a?b=c', 'noopener noreferrer'],
    ['http://two.example/x', 'noopener noreferrer'],
  ]);
});

test('a link that is no good does not cost the conversation that the browser knows', async () => {
  const who = await stage.server.stranger();
  const client = await stage.client(who);
  const address = `${stage.server.ready.base_url}/c/${stage.server.ready.page_id}`;
  for (const [hash, shown] of [['#entries', '#text'], ['#token=oc_old', '[data-closed=unknown_token]'], ['', '#text']]) {
    await client.goto('about:blank');
    await client.goto(address + hash);
    await client.waitForSelector(shown);
  }
});

test('a reader who wants letters twice as large gets them, and the page still fits', async () => {
  const client = await stage.client(await stage.server.consumer(), { look: PHONE });
  assert.equal(await client.evaluate(() => getComputedStyle(document.documentElement).fontSize), '16px');
  // What the browser's setting does: a size that the page does not set itself.
  const settings = await client.context().newCDPSession(client);
  await settings.send('Page.setFontSizes', { fontSizes: { standard: 32 } });
  await client.reload();
  await inState(client, 'idle');
  assert.equal(await client.evaluate(() => getComputedStyle(document.documentElement).fontSize), '32px');
  await client.waitForSelector('#call:enabled');
  const outside = await client.evaluate(() => {
    const shown = [...document.querySelectorAll('h1, #line, .head > button, #revoke, #text, #send')];
    const boxes = shown.map((one) => ({ name: one.id || one.localName, box: one.getBoundingClientRect() }));
    return boxes.filter(({ box }) => box.left < 0 || box.right > innerWidth || box.width < 44).map(({ name }) => name);
  });
  assert.deepEqual(outside, []);
  await client.click('#call');
  await inState(client, 'calling');
  await fits(client, 'the call');
  await client.click('#hang-up');
});
