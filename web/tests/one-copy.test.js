import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Stage, TONE, connect, ear, hears } from './stage.js';

/**
 * The contract, "Consumer audio": whatever the business applies and whenever it does, it hears the consumer exactly
 * once. A tone of constant level shows it: a second copy would make it louder (6 dB) or cancel it, a gap silent.
 */

/** The server gives its second stream up when nobody reports on it for this long. */
const SECOND_STREAM_WAITS_MS = 10_000;
/** How far from its usual level the tone may be: half of what a second copy would add. */
const TOLERANCE_DB = 3;
/** The longest run of 10 ms blocks outside of it: less than a person notices, more than a busy machine's hiccup. */
const [QUIET_MS_MAX, LOUD_MS_MAX] = [60, 30];

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/** @param {Record<string, string>} query */
async function talking(query) {
  const who = await stage.server.consumer();
  const consumer = await stage.consumer(who);
  const business = await stage.business(who, { query });
  await connect(business, consumer);
  await hears(business, TONE.consumer);
  return business;
}

/**
 * Records the levels while `during` goes on.
 *
 * @param {import('playwright-core').Page} business
 * @param {() => Promise<unknown>} during
 */
async function record(business, during) {
  const listening = await ear(business);
  await business.waitForTimeout(SETTLE_MS);
  await listening.evaluate((ear) => ear.record());
  await during();
  return listening.evaluate((ear) => ear.stop());
}

/** An ear hears nothing of the time before it was there. */
const SETTLE_MS = 700;

/** @param {{blocks: number[][], blockMs: number}} recorded */
function assertOneCopy({ blocks, blockMs }) {
  const all = blocks.flat().sort((a, b) => a - b);
  const usual = all[Math.floor(all.length / 2)];
  const quiet = longestRun(blocks, (level) => level < usual - TOLERANCE_DB) * blockMs;
  const loud = longestRun(blocks, (level) => level > usual + TOLERANCE_DB) * blockMs;
  assert.ok(usual > -24 && usual < -14, `the tone is as loud as it was sent: ${usual.toFixed(1)} dB`);
  assert.ok(quiet <= QUIET_MS_MAX, `no gap: ${quiet} ms`);
  assert.ok(loud <= LOUD_MS_MAX, `no second copy: ${loud} ms`);
}

/**
 * @param {number[][]} windows
 * @param {(level: number) => boolean} holds
 */
function longestRun(windows, holds) {
  const runs = windows.map((levels) => {
    let [run, longest] = [0, 0];
    for (const level of levels) longest = Math.max(longest, (run = holds(level) ? run + 1 : 0));
    return longest;
  });
  return Math.max(...runs);
}

/**
 * The packets that arrive on the business's leg per second, counted over three seconds.
 *
 * @param {import('playwright-core').Page} business
 */
async function packetRate(business) {
  const count = () => business.evaluate(receivedPackets);
  const from = await count();
  await business.waitForTimeout(3000);
  const to = await count();
  return ((to.packets - from.packets) * 1000) / (to.at - from.at);
}

async function receivedPackets() {
  const stats = await /** @type {any} */ (window).offhookDemo.connection().getStats();
  const transport = [...stats.values()].find(({ type }) => type === 'transport');
  return { packets: transport.packetsReceived, at: transport.timestamp };
}

test('with only the answer applied there is one copy, also after the server gave its second stream up', async () => {
  const business = await talking({ renegotiate: 'off' });
  const recorded = await record(business, () => business.waitForTimeout(SECOND_STREAM_WAITS_MS + 2000));
  assertOneCopy(recorded);
  const rate = await packetRate(business);
  assert.ok(rate < 75, `the second stream is given up: ${rate.toFixed(0)} packets/s`);
});

test('with the renegotiation applied at once there is one copy', async () => {
  const business = await talking({});
  assertOneCopy(await record(business, () => business.waitForTimeout(4000)));
});

test('applying the renegotiation in the middle of speech leaves no gap and no second copy', async () => {
  const business = await talking({ renegotiate: 'off' });
  const recorded = await record(business, async () => {
    await business.waitForTimeout(1500);
    await business.click('#apply-offer');
    await business.waitForFunction(() => {
      const connection = /** @type {any} */ (window).offhookDemo.connection();
      return connection.getTransceivers().length === 2 && connection.signalingState === 'stable';
    });
    await business.waitForTimeout(3000);
  });
  assertOneCopy(recorded);
  await assertHeardInItsOwnSection(business);
  const rate = await packetRate(business);
  assert.ok(rate < 75, `the first stream is given up: ${rate.toFixed(0)} packets/s`);
});

/** @param {import('playwright-core').Page} business */
async function assertHeardInItsOwnSection(business) {
  const energyByMid = () =>
    business.evaluate(async () => {
      const stats = await /** @type {any} */ (window).offhookDemo.connection().getStats();
      const inbound = [...stats.values()].filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
      return Object.fromEntries(inbound.map(({ mid, totalAudioEnergy }) => [mid, totalAudioEnergy]));
    });
  const before = await energyByMid();
  await business.waitForTimeout(1000);
  const after = await energyByMid();
  const growing = Object.keys(after).filter((mid) => after[mid] > (before[mid] ?? 0));
  assert.deepEqual(growing, ['1'], 'only the consumer’s own section plays');
}
