import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, afterEach, before, test } from 'node:test';
import { promisify } from 'node:util';

import { enter } from './console-door.js';
import { HttpsServer } from './https-server.js';
import { Stage, inState } from './stage.js';

/** @type {Stage} */
let stage;
/** @type {HttpsServer} */
let server;
before(async () => {
  server = await HttpsServer.start();
  stage = await Stage.open(/** @type {any} */ (server));
});
after(() => stage?.close());
afterEach(() => stage.clear());

test('a browser over HTTPS, below a base path, hears a program that calls over HTTPS and is heard', async () => {
  const who = await server.consumer();
  const client = await stage.client(who, { look: { ignoreHTTPSErrors: true } });
  assert.equal(await client.evaluate(() => isSecureContext && location.pathname.startsWith('/calling/c/')), true);
  assert.equal(await client.evaluate(protocol), 'h2');

  const { base_url, page_id, page_token } = server.ready;
  const where = ['--base-url', base_url, '--page', page_id, '--to', who.psid, '--token', page_token];
  const calling = promisify(execFile)(
    process.env.OFFHOOK_BIN ?? '',
    ['call', ...where, '--tone', '1000', '--for', '5s', '--local-ip', '127.0.0.1', '--json'],
    { env: { ...process.env, SSL_CERT_FILE: server.certificate } },
  );
  await inState(client, 'ringing');
  await client.click('#accept');
  await inState(client, 'connected');
  await client.waitForFunction(soundComes);
  const { heard, packets_heard } = JSON.parse((await calling).stdout);
  assert.ok(heard && packets_heard > 100, `the program heard ${packets_heard} packets`);
});

test('the console stands below a base path, without what only a sandbox has', async () => {
  const page = await enter(stage, 'console/pages', { ignoreHTTPSErrors: true });
  await page.locator('.cards a').click();
  await page.locator('h1').filter({ hasText: 'Page' }).waitFor();
  assert.match(new URL(page.url()).pathname, /^\/calling\/console\/pages\/\d+$/);
  await page.click('.tabs a:text-is("Call settings")');
  await page.locator('[name=hours]').waitFor();
  assert.deepEqual(await page.locator('nav[aria-label=Console] a').allInnerTexts(), ['Calls', 'Webhooks', 'Pages', 'Apps', 'Requests']);
  await page.reload();
  await page.locator('[name=hours]').waitFor();
});

/** Runs in the page: how it came. */
function protocol() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  return navigation.nextHopProtocol;
}

/** Runs in the page: whether sound comes from the other side. */
async function soundComes() {
  const { phone } = /** @type {any} */ (document.querySelector('offhook-consumer'));
  const stats = [...((await phone.call?.leg.connection.getStats())?.values() ?? [])];
  return stats.some(({ type, kind, packetsReceived }) => type === 'inbound-rtp' && kind === 'audio' && packetsReceived > 50);
}
