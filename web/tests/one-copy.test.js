import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Stage, TONE, ear, hears, inState } from './stage.js';

/**
 * The contract, "Consumer audio": whatever the business applies and whenever it does, it hears the consumer exactly
 * once. A tone of constant level shows it: a second copy would make it louder (6 dB) or cancel it, a gap silent.
 */

/** The server gives its second stream up when nobody reports on it for this long. */
const SECOND_STREAM_WAITS_MS = 10_000;
/** How far from its usual level the tone may be: half of what a second copy would add. */
const TOLERANCE_DB = 3;
/**
 * The longest run of 10 ms blocks outside of it. When the browser swaps its receivers, the new one plays from its first
 * packet on, 40 to 80 ms later: as short as the gap between two words.
 */
const [QUIET_MS_MAX, LOUD_MS_MAX] = [100, 30];

/** @typedef {{blocks: number[][], blockMs: number}} Recording */

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/**
 * A call whose levels are kept from before the first sound on.
 *
 * @param {Record<string, string>} query of the business's page
 */
async function talking(query) {
  const who = await stage.server.consumer();
  const consumer = await stage.consumer(who);
  const business = await stage.business(who, { query });
  await business.click('#call');
  await inState(consumer, 'ringing');
  const ears = await Promise.all([ear(business), ear(consumer)]);
  await Promise.all(ears.map((listening) => listening.evaluate((ear) => ear.record())));
  await consumer.click('#accept');
  await hears(business, TONE.consumer);
  return { business, recorded: () => Promise.all(ears.map((listening) => listening.evaluate((ear) => ear.stop()))) };
}

/**
 * The consumer's side, recorded at the same time, is the measure of how smoothly the machine plays at all.
 *
 * @param {import('node:test').TestContext} test
 * @param {Recording[]} recorded by the business and the consumer
 */
function assertOneCopy(test, [business, consumer]) {
  const [heard, beside] = [measure(business), measure(consumer)];
  test.diagnostic(`business ${JSON.stringify(heard)}; consumer ${JSON.stringify(beside)}`);
  assert.ok(heard.usual > -24 && heard.usual < -14, `the tone is as loud as it was sent: ${heard.usual} dB`);
  assert.ok(heard.quietMs <= QUIET_MS_MAX + beside.quietMs, `no gap: ${heard.quietMs} ms`);
  assert.ok(heard.loudMs <= LOUD_MS_MAX, `no second copy: ${heard.loudMs} ms`);
}

/**
 * The usual level in dBFS, and the longest runs below and above it.
 *
 * @param {Recording} recording
 */
function measure({ blocks, blockMs }) {
  const heard = fromFirstSound(blocks);
  const all = heard.flat().sort((a, b) => a - b);
  const usual = Math.round(all[Math.floor(all.length / 2)]);
  const quietMs = longestRun(heard, (level) => level < usual - TOLERANCE_DB) * blockMs;
  const loudMs = longestRun(heard, (level) => level > usual + TOLERANCE_DB) * blockMs;
  return { usual, quietMs, loudMs };
}

/**
 * Leaves out the silence before the first sound and the moment in which the jitter buffer finds its size. A gap that a
 * later window begins with stands whole in the window before.
 *
 * @param {number[][]} windows
 */
function fromFirstSound(windows) {
  return windows.map((levels) => {
    const first = levels.findIndex((level) => level > AUDIBLE_DB);
    return first === 0 ? levels : levels.slice(first < 0 ? levels.length : first + OPENING_BLOCKS);
  });
}

/** A quarter of a second. */
const OPENING_BLOCKS = 25;
/** A level that is no silence. */
const AUDIBLE_DB = -40;

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

test('with only the answer applied there is one copy, also after the server gave its second stream up', async (t) => {
  const { business, recorded } = await talking({ renegotiate: 'off' });
  await business.waitForTimeout(SECOND_STREAM_WAITS_MS + 2000);
  assertOneCopy(t, await recorded());
  const rate = await packetRate(business);
  assert.ok(rate < 75, `the second stream is given up: ${rate.toFixed(0)} packets/s`);
});

test('with the renegotiation applied at once there is one copy', async (t) => {
  const { business, recorded } = await talking({});
  await business.waitForTimeout(4000);
  assertOneCopy(t, await recorded());
  await assertHeardInItsOwnSection(business);
});

test('applying the renegotiation in the middle of speech leaves no gap and no second copy', async (t) => {
  const { business, recorded } = await talking({ renegotiate: 'off' });
  await business.waitForTimeout(1500);
  await business.click('#apply-offer');
  await business.waitForFunction(() => {
    const connection = /** @type {any} */ (window).offhookDemo.connection();
    return connection.getTransceivers().length === 2 && connection.signalingState === 'stable';
  });
  await business.waitForTimeout(3000);
  assertOneCopy(t, await recorded());
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
