import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { STRIPES, Stage, TONE, hears, inState, sees, story, webhook } from './stage.js';

/** @typedef {import('playwright-core').Page} Page */

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/** A consumer who calls, and a business whose desk rings. */
async function pair() {
  const who = await stage.server.consumer();
  const [consumer, business] = await Promise.all([stage.consumer(who), stage.business(who)]);
  return { who, consumer, business };
}

/**
 * The newest call in the consumer's conversation.
 *
 * @param {Page} consumer
 * @param {RegExp} title
 */
function callEntry(consumer, title) {
  return consumer.locator('[data-kind=call]').last().filter({ hasText: title }).waitFor();
}

/** @param {{business: Page, consumer: Page}} pages */
async function connectBack({ business, consumer }) {
  await inState(business, 'incoming');
  await business.click('#accept');
  await Promise.all([inState(business, 'connected'), inState(consumer, 'connected')]);
}

test('the consumer calls, the business accepts, both hear each other', async () => {
  const { business, consumer, who } = await pair();
  await consumer.click('#call');
  await inState(consumer, 'calling');
  await connectBack({ business, consumer });
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  const begun = await webhook(business, 'connect');
  assert.deepEqual([begun.call_direction, begun.from, begun.session], ['user_initiated', who.psid, undefined]);

  await consumer.click('#hang-up');
  await Promise.all([inState(business, 'ended'), inState(consumer, 'ended')]);
  assert.equal((await webhook(business, 'terminate')).status, 'Completed');
  assert.deepEqual(await story(business), ['connect', 'terminate']);
  await callEntry(consumer, /Call · \d:\d\d/);
});

test('the consumer calls with video and the business sees it with its own camera off', async () => {
  const { business, consumer } = await pair();
  await consumer.click('#call-video');
  await connectBack({ business, consumer });
  await Promise.all([sees(business, STRIPES.consumer), hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  await business.click('#camera');
  await sees(consumer, STRIPES.business);
  await business.click('#hang-up');
  await inState(consumer, 'ended');
});

test('a call that the business rejects ends for the consumer', async () => {
  const { business, consumer } = await pair();
  await consumer.click('#call');
  await inState(business, 'incoming');
  await business.click('#reject');
  await Promise.all([inState(business, 'ended'), inState(consumer, 'ended')]);
  assert.equal(await consumer.textContent('#state'), 'They declined');
  const end = await webhook(business, 'terminate');
  assert.deepEqual([end.status, end.duration], ['Completed', undefined]);
  await callEntry(consumer, /Not answered/);
});

test('a call that the consumer cancels stops ringing at the business', async () => {
  const { business, consumer } = await pair();
  await consumer.click('#call');
  await inState(business, 'incoming');
  assert.equal(await consumer.textContent('#hang-up-label'), 'Cancel');
  await consumer.click('#hang-up');
  await Promise.all([inState(business, 'ended'), inState(consumer, 'ended')]);
  assert.equal(await consumer.textContent('#state'), 'You cancelled');
});

test('a call that the consumer missed stands in the conversation and can be returned from there', async () => {
  const { business, consumer } = await pair();
  await business.click('#call');
  await inState(consumer, 'ringing');
  await inState(business, 'ringing');
  await business.click('#hang-up');
  await callEntry(consumer, /Missed call/);
  await consumer.locator('[data-kind=call] button').last().click();
  await connectBack({ business, consumer });
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  await business.click('#hang-up');
  await inState(consumer, 'ended');
});

test('a call is begun and cancelled by keyboard alone', async () => {
  const { business, consumer } = await pair();
  await consumer.waitForSelector('#call:enabled');
  await consumer.focus('#call');
  await consumer.keyboard.press('Enter');
  await inState(business, 'incoming');
  await consumer.focus('#hang-up');
  await consumer.keyboard.press('Space');
  await inState(business, 'ended');
});

test('a reload of the page while it calls goes on calling', async () => {
  const { business, consumer } = await pair();
  await consumer.click('#call');
  await inState(business, 'incoming');
  await consumer.reload();
  await inState(consumer, 'calling');
  await connectBack({ business, consumer });
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  await business.click('#hang-up');
  await inState(consumer, 'ended');
});
