import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { STRIPES, Stage, TONE, codecs, connect, forceCodec, hears, inState, sees, shareDrawnScreen, story, versions, webhook } from './stage.js';

/** @typedef {import('playwright-core').Page} Page */

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/** @param {(page: Page) => Promise<unknown>} [prepare] both pages */
async function pair(prepare) {
  const who = await stage.server.consumer();
  const [consumer, business] = await Promise.all([stage.consumer(who, { prepare }), stage.business(who, { prepare })]);
  return { consumer, business };
}

/** @param {(page: Page) => Promise<unknown>} [prepare] */
async function inVideoCall(prepare) {
  const pages = await pair(prepare);
  await connect(pages.business, pages.consumer);
  await switchOn(pages.consumer, 'camera');
  await switchOn(pages.business, 'camera');
  await seeEachOther(pages);
  return pages;
}

/** @param {{business: Page, consumer: Page}} pages */
function seeEachOther({ business, consumer }) {
  return Promise.all([sees(business, STRIPES.consumer), sees(consumer, STRIPES.business)]);
}

/**
 * @param {Page} page
 * @param {'camera' | 'screen' | 'mute'} id
 */
async function switchOn(page, id) {
  await page.click(`#${id}`);
  await page.waitForSelector(`#${id}[aria-pressed=true]`);
}

/** @param {Page} business */
async function hangUp(business) {
  await business.click('#hang-up');
  await inState(business, 'ended');
  assert.equal((await webhook(business, 'terminate')).status, 'Completed');
}

test('in a call that began with sound alone both sides switch their cameras on, off and on again', async () => {
  const pages = await pair();
  const { business, consumer } = pages;
  await connect(business, consumer);
  await Promise.all([sees(business), sees(consumer)]);

  await switchOn(consumer, 'camera');
  await Promise.all([sees(business, STRIPES.consumer), sees(consumer)]);
  await switchOn(business, 'camera');
  await seeEachOther(pages);

  await consumer.click('#camera');
  await Promise.all([sees(business), sees(consumer, STRIPES.business)]);
  await switchOn(consumer, 'camera');
  await seeEachOther(pages);

  await business.click('#camera');
  await Promise.all([sees(business, STRIPES.consumer), sees(consumer)]);
  await switchOn(business, 'camera');
  await seeEachOther(pages);
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  await hangUp(business);
});

for (const codec of ['H264', 'VP8', 'VP9', 'AV1']) {
  test(`two sides that have only ${codec} see each other`, async () => {
    const pages = await inVideoCall(forceCodec(codec));
    for (const page of [pages.business, pages.consumer]) {
      assert.deepEqual(await codecs(page), { 'inbound-rtp': [`video/${codec}`], 'outbound-rtp': [`video/${codec}`] });
    }
    await hangUp(pages.business);
  });
}

test('a business that never offered video sees the consumer in H264', async () => {
  const { business, consumer } = await pair();
  await connect(business, consumer);
  await switchOn(consumer, 'camera');
  await sees(business, STRIPES.consumer);
  assert.deepEqual(await codecs(business), { 'inbound-rtp': ['video/H264'], 'outbound-rtp': [] });
  await hangUp(business);
});

test('a consumer picks up with video and the business sees it at once', async () => {
  const { business, consumer } = await pair();
  await business.click('#call');
  await inState(consumer, 'ringing');
  await consumer.click('#accept-video');
  await Promise.all([inState(consumer, 'connected'), sees(business, STRIPES.consumer), hears(business, TONE.consumer)]);
  assert.equal(await consumer.getAttribute('#camera', 'aria-pressed'), 'true');
  await hangUp(business);
});

test('both sides switch their cameras on at the same moment', async () => {
  const pages = await pair();
  await connect(pages.business, pages.consumer);
  await Promise.all([pages.consumer.click('#camera'), pages.business.click('#camera')]);
  await seeEachOther(pages);
  await hangUp(pages.business);
  stage.forgive(/^business: .* status of 400/); // The version conflict, if the consumer was first.
});

test('an offer that crossed an update is dropped, and the one after its answer is not', async () => {
  const { consumer } = await pair();
  const applied = await consumer.evaluate(async () => {
    const { CallMedia } = await import(/** @type {string} */ ('/assets/kit/media/call-media.js'));
    const sound = new AudioContext().createMediaStreamDestination().stream;
    /** @type {string[][]} */
    const applied = [];
    for (const isAtOnce of [true, false]) {
      /** @type {string[]} */
      const seen = [];
      let said = () => {};
      const isSaid = new Promise((resolve) => (said = () => resolve(null)));
      const call = new CallMedia(sound, { say: said, onAudio: () => {}, onPictures: () => {} });
      Object.assign(call.leg, {
        send: async () => 'offer',
        offer: async () => 'an offer',
        tracks: () => [],
        answered: async () => {},
        renegotiate: async (/** @type {string} */ sdp) => seen.push(sdp),
      });
      await call.answered('the first answer');
      const shown = call.changes.show('default_video', null);
      await isSaid;
      call.renegotiate(2, 'crossed');
      call.updated('an answer');
      if (isAtOnce) call.renegotiate(3, 'new');
      await shown;
      await call.changes.done;
      if (!isAtOnce) await call.renegotiate(3, 'new');
      applied.push(seen);
      call.close();
    }
    return applied;
  });
  assert.deepEqual(applied, [['new'], ['new']]);
});

test('a screen is shared beside the camera, from either side', async () => {
  const pages = await inVideoCall(shareDrawnScreen);
  for (const [from, to, camera] of [
    [pages.consumer, pages.business, STRIPES.consumer],
    [pages.business, pages.consumer, STRIPES.business],
  ]) {
    await switchOn(/** @type {Page} */ (from), 'screen');
    await sees(/** @type {Page} */ (to), String(camera), STRIPES.screen);
    await /** @type {Page} */ (from).click('#screen');
    await sees(/** @type {Page} */ (to), String(camera));
  }
  await hangUp(pages.business);
});

test('the consumer flips its camera and the business sees it without a webhook', async () => {
  const { business, consumer } = await inVideoCall();
  const told = await story(business);
  await consumer.click('#flip');
  await sees(business, [...STRIPES.consumer].reverse().join(''));
  assert.deepEqual(await story(business), told);
  await hangUp(business);
});

test('each mute and unmute of the consumer brings the business a higher version', async () => {
  const { business, consumer } = await pair();
  await connect(business, consumer);
  await hears(business, TONE.consumer);
  for (const expected of [
    [1, 2],
    [1, 2, 3],
  ]) {
    await consumer.click('#mute');
    await business.waitForFunction(
      (count) => document.querySelectorAll('[data-event=media_update]').length >= count,
      expected.length,
    );
    assert.deepEqual(await versions(business), expected);
  }
  await hears(business, TONE.consumer);
  await hangUp(business);
});

test("a reload of the consumer's page brings sound and both pictures back", async () => {
  const pages = await inVideoCall();
  await pages.consumer.reload();
  await inState(pages.consumer, 'connected');
  await seeEachOther(pages);
  await Promise.all([hears(pages.business, TONE.consumer), hears(pages.consumer, TONE.business)]);
  await hangUp(pages.business);
});
