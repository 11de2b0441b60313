import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { STRIPES, Stage, connect, inState, sees } from './stage.js';
import { SIDES, meanTargetKbps, noisyCamera, received, seeAndHearEachOther, until, watch } from './watch.js';
import { Way } from './way.js';

/** @typedef {import('./watch.js').Pages} Pages */
/** @typedef {import('./watch.js').Sample} Sample */

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/**
 * A call with both cameras on, in which what the consumer sends and gets takes this way.
 *
 * @param {Way} way
 * @returns {Promise<Pages>}
 */
async function inVideoCall(way) {
  const who = await stage.server.consumer();
  const [consumer, business] = await Promise.all([
    stage.consumer(who, { prepare: (page) => Promise.all([noisyCamera(page), way.lead(page)]) }),
    stage.business(who, { prepare: noisyCamera }),
  ]);
  await connect(business, consumer);
  await consumer.click('#camera');
  await sees(business, STRIPES.consumer); // Before that, the two changes could cross.
  await business.click('#camera');
  await seeAndHearEachOther({ business, consumer });
  return { business, consumer };
}

/**
 * @param {Sample[]} samples
 * @param {{pictures: number, sound: number}} atLeast shares of what was sent
 */
function assertGoesOn(samples, { pictures, sound }) {
  for (const side of SIDES) {
    const got = received(samples, side);
    const told = `${side}: ${JSON.stringify(got)}`;
    assert.ok(got.pictures > pictures, `pictures go on; ${told}`);
    assert.ok(got.sound > sound, `sound goes on; ${told}`);
  }
}

/**
 * @param {Sample[]} good of the same call on a good network: what this machine can do
 * @param {Sample[]} samples
 */
function assertNoLongFreeze(good, samples) {
  for (const side of SIDES) {
    const [usual, now] = [received(good, side).longestFreezeMs, received(samples, side).longestFreezeMs];
    assert.ok(now <= 1000 + usual, `${side}: frozen for ${now} ms, on a good network for ${usual} ms`);
  }
}

/** @param {Sample[]} samples */
function repaired(samples) {
  const [first, last] = [samples[0], samples[samples.length - 1]];
  return SIDES.map((side) => last[side].repaired - first[side].repaired);
}

test('pictures and sound go on while one packet in fifty, in twenty and in ten is lost', async () => {
  const way = new Way(5);
  const pages = await inVideoCall(way);
  const good = await watch(pages, 4);
  for (const { loss, seconds, pictures } of [
    { loss: 0.02, seconds: 5, pictures: 0.8 },
    { loss: 0.05, seconds: 10, pictures: 0.7 },
    { loss: 0.1, seconds: 8, pictures: 0.4 },
  ]) {
    way.turn({ loss });
    const samples = await watch(pages, seconds);
    assertGoesOn(samples, { pictures, sound: 0.9 - 2 * loss });
    if (loss <= 0.05) assertNoLongFreeze(good, samples);
    for (const packets of repaired(samples)) assert.ok(packets > 10 * loss * seconds, `${packets} repaired at ${loss}`);
    await seeAndHearEachOther(pages);
  }
  way.turn({});
  await seeAndHearEachOther(pages);
  const recovered = await watch(pages, 3);
  assertGoesOn(recovered, { pictures: 0.8, sound: 0.9 });
  assertNoLongFreeze(good, recovered);
  await hangUp(pages, way);
});

test('a sender adapts to the narrow way of its receiver and comes back, the other one goes on', async () => {
  const way = new Way(6);
  const pages = await inVideoCall(way);
  const [WIDE_KBPS, NARROW_KBPS] = [400, 300];
  await until(pages, 'a bit rate beyond the narrow way', (sample) => SIDES.every((side) => sample[side].targetKbps > WIDE_KBPS));
  const good = await watch(pages, 4);

  way.down.weather = { ...way.down.weather, kbps: NARROW_KBPS };
  await until(pages, 'a bit rate within the narrow way', ({ business }) => business.targetKbps < NARROW_KBPS);
  await watch(pages, 4);
  const narrow = await watch(pages, 8);
  const [usual, own, other] = [meanTargetKbps(good, 'consumer'), meanTargetKbps(narrow, 'business'), meanTargetKbps(narrow, 'consumer')];
  assert.ok(own > 0.2 * NARROW_KBPS && own < NARROW_KBPS, `within the narrow way: ${own} kbit/s`);
  assert.ok(other > 0.6 * usual && other > own, `the other way stays wide: ${other} kbit/s of ${usual}, beside ${own}`);
  assertGoesOn(narrow, { pictures: 0.6, sound: 0.8 });
  assertNoLongFreeze(good, narrow);

  way.turn({});
  await until(pages, 'a bit rate beyond the narrow way again', ({ business }) => business.targetKbps > 1.1 * NARROW_KBPS);
  await seeAndHearEachOther(pages);
  await hangUp(pages, way);
});

/**
 * @param {Pages} pages
 * @param {Way} way
 */
async function hangUp({ business, consumer }, way) {
  await business.click('#hang-up');
  await Promise.all([inState(business, 'ended'), inState(consumer, 'ended')]);
  way.close();
}
