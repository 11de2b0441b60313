import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, afterEach, before, test } from 'node:test';

import { enter } from './console-door.js';
import { Stage } from './stage.js';

/** @typedef {import('playwright-core').Page} Page */

/** A simulated consumer who picks up after a second. */
const ECHO = '5550100';

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

test('media that does not come about is told by what is missing', async () => {
  const page = await enter(stage);
  const deaf = await dial(page, 'sendrecv');
  await shows(page, deaf, '.amiss', /No ICE check of the business came within 3 s of the SDP answer.*has not applied the SDP answer/);
  await hangUp(deaf);
  await page.locator('.title .badge').filter({ hasText: /completed|failed/ }).waitFor();
  await page.locator('.amiss .problem').filter({ hasText: 'No ICE check' }).waitFor();

  const silent = await dial(page, 'recvonly', true);
  await shows(page, silent, '.amiss', /The business sent no media within 3 s: the other side hears nothing. Its SDP says a=recvonly/);
  assert.equal(await page.locator('.amiss .problem').count(), 1, 'nothing is amiss with the consumer');
  await hangUp(silent);
});

test('a webhook that is not taken says why, and one that waits for what', async () => {
  const { app_id, app_secret, base_url } = stage.server.ready;
  const callback = createServer(({ method, url }, answer) => {
    if (method === 'GET') return answer.end(new URL(url ?? '', 'http://here').searchParams.get('hub.challenge'));
    answer.writeHead(500).end('KeyError: "calls"');
  }).listen(0, '127.0.0.1');
  await once(callback, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (callback.address());
  const body = { object: 'page', callback_url: `http://127.0.0.1:${port}/`, verify_token: 'verify me', fields: 'calls' };
  const headers = { authorization: `Bearer ${app_id}|${app_secret}`, 'content-type': 'application/json' };
  const named = await fetch(`${base_url}/v26.0/${app_id}/subscriptions`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(named.status, 200);

  const page = await enter(stage, `console/apps/${app_id}`);
  await page.click('text=Try it');
  await page.locator('.endpoints [role=status]').filter({ hasText: /A signed webhook: 500 in .* \(KeyError: "calls"\)/ }).waitFor();
  const call = await dial(page, 'sendrecv');
  await shows(page, call, '.step[data-kind=webhook] .why', /KeyError: "calls"/);
  callback.close();
  callback.closeAllConnections();
  await shows(page, call, '.step[data-kind=webhook] .why', /Connection refused/);
  await hangUp(call);
  await page.goto(`${base_url}/console/webhooks`);
  await page.locator('.endpoints .hint').filter({ hasText: /it takes no webhook since/ }).waitFor();
  await page.locator('.entry').filter({ hasText: 'not tried yet' }).first().click();
  await page.locator('.problem').filter({ hasText: /^\s*It waits: the app’s endpoint takes no webhook since/ }).waitFor();
  assert.match((await page.locator('.facts time').first().getAttribute('title')) ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
});

/**
 * Calls as an integration would, with this tab's media.
 *
 * @param {Page} page
 * @param {'sendrecv' | 'recvonly'} direction
 * @param {boolean} [isApplied] whether it applies the answer
 * @returns {Promise<string>} the call
 */
async function dial(page, direction, isApplied = false) {
  const sdp = await page.evaluate(async (direction) => {
    const connection = new RTCPeerConnection();
    const context = new AudioContext();
    const out = new MediaStreamAudioDestinationNode(context);
    // A source of nothing would send nothing.
    const silence = new ConstantSourceNode(context, { offset: 0 });
    silence.connect(out);
    silence.start();
    connection.addTransceiver(out.stream.getTracks()[0], { direction });
    await connection.setLocalDescription();
    Object.assign(window, { connection });
    return connection.localDescription?.sdp;
  }, direction);
  const request = { platform: 'messenger', to: ECHO, action: 'connect', session: { sdp_type: 'offer', sdp } };
  const { call_id, id, session } = await stage.server.graph('calls', request);
  const apply = (/** @type {string} */ sdp) => /** @type {any} */ (window).connection.setRemoteDescription({ type: 'answer', sdp });
  if (isApplied) await page.evaluate(apply, session.sdp_response.sdp);
  return call_id ?? id;
}

/** @param {string} call */
function hangUp(call) {
  return stage.server.graph('calls', { platform: 'messenger', action: 'terminate', call_id: call });
}

/**
 * Another view of the same page, whose media goes on.
 *
 * @param {Page} page
 * @param {string} call
 * @param {string} selector
 * @param {RegExp} words
 */
async function shows(page, call, selector, words) {
  await page.evaluate((path) => {
    history.pushState(null, '', path);
    dispatchEvent(new PopStateEvent('popstate'));
  }, `/console/calls/${call}`);
  await page.locator(selector).filter({ hasText: words }).first().waitFor();
}
