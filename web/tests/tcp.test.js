import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Stage, TONE, connect, hears } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

test('browsers that get no UDP through hear each other over TCP', async () => {
  const who = await stage.server.consumer();
  const prepare = (/** @type {import('./stage.js').Page} */ page) => page.addInitScript(watch, true);
  const consumer = await stage.consumer(who, { prepare });
  const business = await stage.business(who, { prepare });
  await connect(business, consumer);
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  for (const page of [business, consumer]) {
    assert.deepEqual(await page.evaluate(transports), ['tcp']);
  }
  await business.click('#hang-up');
});

test('a browser over TCP and one over UDP hear each other', async () => {
  const who = await stage.server.consumer();
  const consumer = await stage.consumer(who, { prepare: (page) => page.addInitScript(watch, true) });
  const business = await stage.business(who, { prepare: (page) => page.addInitScript(watch, false) });
  await connect(business, consumer);
  await Promise.all([hears(business, TONE.consumer), hears(consumer, TONE.business)]);
  assert.deepEqual(await consumer.evaluate(transports), ['tcp']);
  assert.deepEqual(await business.evaluate(transports), ['udp'], 'UDP is preferred');
  await consumer.click('#hang-up');
});

/**
 * Runs in the page: keeps its connections to be asked, and takes the server's UDP candidates out of what is applied, as a
 * network that drops UDP would.
 *
 * @param {boolean} dropsUdp
 */
function watch(dropsUdp) {
  const connections = new Set();
  const apply = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (/** @type {RTCSessionDescriptionInit} */ { type, sdp = '' }) {
    connections.add(this);
    const left = dropsUdp ? sdp.replace(/^a=candidate:\S+ 1 udp .*\r\n/gim, '') : sdp;
    return Reflect.apply(apply, this, [{ type, sdp: left }]);
  };
  Reflect.set(globalThis, 'connections', connections);
}

/** Runs in the page: by what its connections reach the server. */
async function transports() {
  const found = [];
  for (const connection of /** @type {Set<RTCPeerConnection>} */ (Reflect.get(globalThis, 'connections'))) {
    const stats = new Map(/** @type {any} */ (await connection.getStats()));
    for (const { type, selectedCandidatePairId } of stats.values()) {
      if (type === 'transport') found.push(stats.get(stats.get(selectedCandidatePairId).localCandidateId).protocol);
    }
  }
  return found;
}
