import { after, afterEach, before, test } from 'node:test';

import { Gallery } from './gallery.js';
import { STRIPES, Stage, entry, inState, sees, shareDrawnScreen, webhook } from './stage.js';

/** @type {[string, import('playwright-core').BrowserContextOptions][]} */
const LOOKS = [
  ['wide-light', { viewport: { width: 1200, height: 800 }, colorScheme: 'light' }],
  ['wide-dark', { viewport: { width: 1200, height: 800 }, colorScheme: 'dark' }],
  ['narrow-light', { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true, isMobile: true }],
  ['wide-rtl', { viewport: { width: 1200, height: 800 }, colorScheme: 'light', locale: 'ar' }],
  ['narrow-dark', { viewport: { width: 320, height: 640 }, colorScheme: 'dark', hasTouch: true, isMobile: true }],
];

/** @type {Stage} */
let stage;
/** @type {Gallery} */
let gallery;
before(async () => {
  stage = await Stage.open();
  gallery = await Gallery.open('looks', stage);
});
after(() => stage?.close());
afterEach(() => Promise.all([gallery.judge(), stage.clear()]));

for (const [name, look] of LOOKS) {
  test(`the pages fit and look right: ${name}`, async () => {
    const who = stage.server.you();
    const consumer = await stage.consumer(who, { look, prepare: shareDrawnScreen });
    const business = await stage.business(who, { look });
    const picture = (/** @type {string} */ moment) =>
      Promise.all([
        gallery.take(business, `business-${moment}-${name}`, { isForFingers: true, isAudited: false }),
        gallery.take(consumer, `consumer-${moment}-${name}`, { isForFingers: true }),
      ]);

    await converse(business, consumer);
    await picture('idle');
    await business.click('#call');
    await Promise.all([inState(consumer, 'ringing'), inState(business, 'ringing')]);
    await picture('ringing');
    await consumer.click('#accept');
    await Promise.all([inState(consumer, 'connected'), inState(business, 'connected'), consumer.waitForSelector('#speaker')]);
    await picture('in-call');
    await consumer.click('#keypad-toggle');
    await consumer.click('[data-key="7"]');
    await picture('keypad');
    await business.click('#hang-up');
    await Promise.all([inState(consumer, 'ended'), inState(business, 'ended')]);
    await webhook(business, 'terminate');
    await business.click('.webhook summary');
    await picture('ended');

    await consumer.click('#call-video');
    await inState(business, 'incoming');
    await picture('calling');
    await business.click('#accept');
    await Promise.all([inState(business, 'connected'), inState(consumer, 'connected')]);
    await business.click('#camera');
    await Promise.all([sees(business, STRIPES.consumer), sees(consumer, STRIPES.business), consumer.waitForSelector('#speaker')]);
    await picture('video');
    await consumer.click('#screen');
    await sees(business, STRIPES.consumer, STRIPES.screen);
    await picture('screen');
    await consumer.click('#hang-up');
    await Promise.all([inState(consumer, 'ended'), inState(business, 'ended')]);
    await business.selectOption('#hours', 'never');
    await consumer.waitForSelector('#hours');
    await picture('closed');
    await business.selectOption('#hours', 'always');
    await consumer.waitForSelector('#hours', { state: 'hidden' });
  });
}

test('every reference is of a picture', () => gallery.isComplete());

/**
 * Something of everything that can stand in a conversation.
 *
 * @param {import('playwright-core').Page} business
 * @param {import('playwright-core').Page} consumer
 */
async function converse(business, consumer) {
  await consumer.fill('#text', 'Good morning! Is my birthday cake ready?');
  await consumer.press('#text', 'Enter');
  await entry(business, 'message');
  await business.fill('#text', 'Good morning, it comes out of the oven in ten minutes. Shall we talk about the icing?');
  await business.click('#send');
  await consumer.waitForSelector('[data-kind=text][data-from=business]');
  await business.click('#send-prompt');
  await consumer.waitForSelector('[data-kind=call_prompt]');
  await business.click('#send-buttons');
  await consumer.waitForSelector('[data-kind=template]');
}
