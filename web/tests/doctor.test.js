import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, afterEach, before, test } from 'node:test';

import { Gallery } from './gallery.js';
import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
/** @type {Gallery} */
let gallery;
before(async () => {
  stage = await Stage.open();
  gallery = await Gallery.open('doctor', stage);
});
after(() => stage?.close());
afterEach(() => gallery.judge());

test('the doctor sees whether media reaches a browser, over UDP and over TCP', async () => {
  const doctor = examine();
  const page = await open(await doctor.url);
  await page.waitForSelector('#done:not([hidden])');
  await gallery.take(page, 'doctor-reach-light');
  const { checks } = await doctor.report;
  const verdict = (/** @type {string} */ check) => checks.find((line) => line.check === check)?.verdict;
  assert.deepEqual([verdict('reach-udp'), verdict('reach-tcp')], ['ok', 'ok'], JSON.stringify(checks));
  assert.match(checks.find(({ check }) => check === 'reach-tcp')?.said ?? '', /\(tcp\)/);
});

test('a browser that no media reaches says so, and the doctor fails', async () => {
  const doctor = examine();
  const page = await open(await doctor.url, (/** @type {import('./stage.js').Page} */ page) =>
    page.addInitScript(() => {
      // As a network that drops everything: the server's addresses lead nowhere.
      const apply = RTCPeerConnection.prototype.setRemoteDescription;
      RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp = '' }) {
        return Reflect.apply(apply, this, [{ type, sdp: sdp.replace(/^a=ice-pwd:.*$/gm, `a=ice-pwd:${'0'.repeat(24)}`) }]);
      };
    }),
    { colorScheme: 'dark', viewport: { width: 390, height: 700 } },
  );
  await page.waitForSelector('#done:not([hidden])', { timeout: 60_000 });
  await gallery.take(page, 'doctor-reach-dark');
  const { ok, checks } = await doctor.report;
  assert.equal(ok, false);
  assert.equal(checks.find(({ check }) => check === 'reach-udp')?.verdict, 'fail', JSON.stringify(checks));
});

test('every reference is of a picture', () => gallery.isComplete());

/**
 * Runs the doctor against the stage's server.
 *
 * @typedef {{check: string, verdict: string, said: string}} Line
 * @returns {{url: Promise<string>, report: Promise<{ok: boolean, checks: Line[]}>}}
 */
function examine() {
  const { base_url, admin_token } = stage.server.ready;
  const args = ['doctor', '--json', '--base-url', base_url, '--admin-token', admin_token, '--browser'];
  const doctor = spawn(process.env.OFFHOOK_BIN ?? '', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const url = new Promise((resolve, reject) => {
    doctor.once('exit', (code) => reject(new Error(`the doctor ended with ${code} before its page was there`)));
    createInterface(doctor.stderr).on('line', (line) => {
      const found = /http:\S+/.exec(line);
      if (found) resolve(found[0]);
    });
  });
  const report = new Promise((resolve) => {
    let text = '';
    doctor.stdout.on('data', (data) => (text += data));
    doctor.once('close', () => resolve(JSON.parse(text)));
  });
  return { url, report };
}

/**
 * @param {string} url
 * @param {(page: import('./stage.js').Page) => Promise<unknown>} [prepare]
 * @param {import('playwright-core').BrowserContextOptions} [look]
 */
async function open(url, prepare, look = {}) {
  const context = await stage.browser.newContext(look);
  const page = await context.newPage();
  await prepare?.(page);
  await page.goto(url);
  return page;
}
