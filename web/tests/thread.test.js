import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Stage, TONE, connect, entry, hears, inState } from './stage.js';

/** @typedef {import('playwright-core').Page} Page */

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/** A consumer whom the Page may not call, who has written to it. */
async function talking() {
  const who = await stage.server.stranger();
  const [consumer, business] = await Promise.all([stage.consumer(who), stage.business(who)]);
  await consumer.fill('#text', 'Is my cake ready?');
  await consumer.press('#text', 'Enter');
  const { messaging } = await entry(business, 'message');
  assert.deepEqual([messaging[0].sender.id, messaging[0].message.text], [who.psid, 'Is my cake ready?']);
  await shows(consumer, 'text', 'Is my cake ready?');
  return { consumer, business };
}

/**
 * @param {Page} consumer
 * @param {string} kind
 * @param {string} text
 */
async function shows(consumer, kind, text) {
  const shown = consumer.locator(`[data-kind=${kind}]`).last();
  await shown.filter({ hasText: text }).waitFor();
  return shown;
}

test('texts go both ways', async () => {
  const { business, consumer } = await talking();
  await business.fill('#text', 'It comes out of the oven now.');
  await business.click('#send');
  const text = await shows(consumer, 'text', 'It comes out of the oven now.');
  assert.equal(await text.getAttribute('data-from'), 'business');
  await consumer.reload();
  await shows(consumer, 'text', 'It comes out of the oven now.');
});

test('permission is asked for and given in the conversation, used for a call, and taken back', async () => {
  const { business, consumer } = await talking();
  assert.equal(await business.isDisabled('#call'), true);
  await business.click('#ask-permission');
  const request = await shows(consumer, 'permission_request', 'May we call you?');
  await request.getByRole('button', { name: 'Accept' }).click();
  await shows(consumer, 'permission_request', 'You accepted.');
  assert.equal((await entry(business, 'call_permission_reply')).call_permission_reply.response, 'approve');
  await business.waitForSelector('#permission[data-granted=true]');

  await connect(business, consumer);
  await hears(business, TONE.consumer);
  await business.click('#hang-up');
  await inState(consumer, 'ended');

  await consumer.click('#revoke');
  await consumer.waitForSelector('#permission', { state: 'hidden' });
  await business.reload();
  await business.waitForSelector('#permission[data-granted=false]');
  assert.equal(await business.isDisabled('#call'), true);
});

test('a request that the consumer declines gives no permission', async () => {
  const { business, consumer } = await talking();
  await business.click('#ask-permission');
  const request = await shows(consumer, 'permission_request', 'May we call you?');
  await request.getByRole('button', { name: 'Decline' }).click();
  await shows(consumer, 'permission_request', 'You declined.');
  assert.equal((await entry(business, 'call_permission_reply')).call_permission_reply.response, 'reject');
  assert.equal(await business.getAttribute('#permission', 'data-granted'), 'false');
});

test('the buttons of a template call, tell the business and lead out', async () => {
  const { business, consumer } = await talking();
  await business.click('#send-buttons');
  const template = await shows(consumer, 'template', 'Need help?');
  const link = template.getByRole('link', { name: 'Read about us' });
  assert.deepEqual([await link.getAttribute('href'), await link.getAttribute('rel')], ['https://example.com/', 'noopener noreferrer']);
  await template.getByRole('button', { name: 'Where is my order?' }).click();
  assert.equal((await entry(business, 'postback')).messaging[0].postback.payload, 'ORDER');
  await template.getByRole('button', { name: 'Call us' }).click();
  await callThrough({ business, consumer });
});

test('a call prompt calls, with the call button hidden', async () => {
  const { business, consumer } = await talking();
  await business.uncheck('#icon_enabled');
  await consumer.waitForSelector('#call', { state: 'hidden' });
  await business.click('#send-prompt');
  const prompt = await shows(consumer, 'call_prompt', 'Call us');
  await prompt.getByRole('button').click();
  await callThrough({ business, consumer });
  await business.check('#icon_enabled');
  await consumer.waitForSelector('#call');
});

test('the settings of the Page hide and switch off the call buttons at once', async () => {
  const { business, consumer } = await talking();
  await business.uncheck('#video_enabled');
  await consumer.waitForSelector('#call-video', { state: 'hidden' });
  assert.equal(await consumer.isVisible('#call'), true);
  await business.check('#video_enabled');
  await consumer.waitForSelector('#call-video');

  await business.uncheck('#audio_enabled');
  await consumer.waitForSelector('#call', { state: 'hidden' });
  await business.check('#audio_enabled');
  await consumer.waitForSelector('#call');

  await business.selectOption('#hours', 'never');
  await consumer.waitForSelector('#call[disabled]');
  assert.equal(await consumer.textContent('#hours'), 'Calls are closed');
  await business.selectOption('#hours', 'always');
  await consumer.waitForSelector('#call:not([disabled])');
  assert.equal(await consumer.isVisible('#hours'), false);
  const { call_settings } = await entry(business, 'call_settings');
  assert.equal(call_settings.call_hours.weekly_operating_hours.length, 7);
});

/** @param {{business: Page, consumer: Page}} pages */
async function callThrough({ business, consumer }) {
  await inState(business, 'incoming');
  await business.click('#accept');
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  await business.click('#hang-up');
  await inState(consumer, 'ended');
}
