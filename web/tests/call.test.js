import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Stage, TONE, connect, ear, hears, hearsNothing, inState, webhook } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/** @param {Record<string, string>} [query] of the business's page */
async function pair(query) {
  const consumer = await stage.server.consumer();
  return { consumer: await stage.consumer(consumer), business: await stage.business(consumer, { query }), who: consumer };
}

test('a business and a consumer hear each other and the webhooks tell the story', async () => {
  const { business, consumer } = await pair();
  await connect(business, consumer);
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);

  await business.click('#hang-up');
  await Promise.all([inState(business, 'ended'), inState(consumer, 'ended')]);
  assert.match((await consumer.textContent('#state')) ?? '', /They hung up/);

  const end = await webhook(business, 'terminate');
  const story = await business.$$eval('#webhooks > li', (items) => items.map((item) => item.dataset.event).reverse());
  assert.deepEqual(story, ['connect', 'call_status', 'call_status', 'media_update', 'terminate']);
  const { id } = await webhook(business, 'connect');
  assert.equal(end.id, id);
  assert.equal(end.status, 'Completed');
});

test('a business that applies only the answer hears the consumer', async () => {
  const { business, consumer } = await pair({ renegotiate: 'off' });
  await connect(business, consumer);
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  await consumer.click('#hang-up');
  await inState(business, 'ended');
  assert.match((await consumer.textContent('#state')) ?? '', /You hung up/);
});

test('a mute silences one direction and no other', async () => {
  const { business, consumer } = await pair();
  await connect(business, consumer);
  await consumer.click('#mute');
  await Promise.all([hearsNothing(business), hears(consumer, TONE.business)]);
  await consumer.click('#mute');
  await hears(business, TONE.consumer);
  await business.click('#mute');
  await Promise.all([hearsNothing(consumer), hears(business, TONE.consumer)]);
  await business.click('#hang-up');
});

test("the business hears the keypad's tones", async () => {
  const { business, consumer } = await pair();
  await connect(business, consumer);
  await hears(business, TONE.consumer);
  await consumer.click('#keypad-toggle');
  const listening = await ear(business);
  for (const { key, tones } of [
    { key: '5', tones: [770, 1336] },
    { key: '#', tones: [941, 1477] },
  ]) {
    const heard = business.waitForFunction(
      (/** @type {any} */ [ear, tones]) => {
        const peaks = ear.peaks();
        return tones.every((/** @type {number} */ tone) => peaks.some((/** @type {number} */ hertz) => Math.abs(hertz - tone) < 12));
      },
      [listening, tones],
      { polling: 40 },
    );
    await consumer.keyboard.press(key);
    await heard;
  }
  assert.equal(await consumer.textContent('#pressed'), '5#');
  await consumer.click('#hang-up');
});

test('a declined call ends for both without ever connecting', async () => {
  const { business, consumer } = await pair();
  await business.click('#call');
  await inState(consumer, 'ringing');
  await inState(business, 'ringing');
  await consumer.click('#decline');
  await Promise.all([inState(business, 'ended'), inState(consumer, 'ended')]);
  const end = await webhook(business, 'terminate');
  assert.equal(end.status, 'Completed');
  assert.equal(end.duration, undefined);
});

test('a call that the business gives up stops ringing', async () => {
  const { business, consumer } = await pair();
  await business.click('#call');
  await inState(consumer, 'ringing');
  await inState(business, 'ringing');
  await business.click('#hang-up');
  await Promise.all([inState(business, 'ended'), inState(consumer, 'ended')]);
  assert.equal(await consumer.textContent('#state'), 'Missed call');
});

test("a reload of the consumer's page picks the call up again", async () => {
  const { business, consumer } = await pair();
  await connect(business, consumer);
  await hears(business, TONE.consumer);
  await consumer.reload();
  await inState(consumer, 'connected');
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  await consumer.click('#hang-up');
  await inState(business, 'ended');
});

test('a connection to the server that breaks in a call comes back and the call goes on', async () => {
  const who = await stage.server.consumer();
  /** @type {import('playwright-core').WebSocketRoute[]} */
  const connections = [];
  const consumer = await stage.consumer(who, {
    prepare: (page) =>
      page.routeWebSocket(/consumer\/v1/, (connection) => {
        connection.connectToServer();
        connections.push(connection);
      }),
  });
  const business = await stage.business(who);
  await connect(business, consumer);
  await connections[0].close({ code: 1011 });
  await consumer.waitForSelector('#line[data-online=false]');
  await consumer.waitForSelector('#line[data-online=true]');
  assert.equal(connections.length, 2);
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  await consumer.click('#hang-up');
  await Promise.all([inState(business, 'ended'), inState(consumer, 'ended')]);
});

test('every device of the consumer rings and the first to accept has the call', async () => {
  const { business, consumer, who } = await pair();
  const second = await stage.consumer(who);
  await business.click('#call');
  await Promise.all([inState(consumer, 'ringing'), inState(second, 'ringing')]);
  await second.click('#accept');
  await inState(second, 'connected');
  await inState(consumer, 'ended');
  assert.equal(await consumer.textContent('#state'), 'Answered on another device');
  await hears(second, TONE.business);
  await business.click('#hang-up');
  await inState(second, 'ended');
});

test('a call is accepted, muted and ended by keyboard alone', async () => {
  const { business, consumer } = await pair();
  // A key on a button that is not enabled yet does nothing, and nobody presses it again.
  await business.waitForSelector('#call:enabled');
  await business.focus('#call');
  await business.keyboard.press('Enter');
  await inState(consumer, 'ringing');
  await pressOn(consumer, 'accept');
  await inState(consumer, 'connected');
  await pressOn(consumer, 'mute');
  assert.equal(await consumer.getAttribute('#mute', 'aria-pressed'), 'true');
  await pressOn(consumer, 'hang-up');
  await inState(business, 'ended');
});

/**
 * Tabs to a button and presses it.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} id
 */
async function pressOn(page, id) {
  const focused = () => page.evaluate(() => document.activeElement?.id);
  for (let tries = 0; tries < 20 && (await focused()) !== id; tries += 1) await page.keyboard.press('Tab');
  assert.equal(await focused(), id, 'Tab reaches the button');
  await page.keyboard.press('Space');
}
