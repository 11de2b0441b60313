import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';

import { Authority, freePort } from './authority.js';

/** The host that the server proves to be its own. */
const NAME = 'calls.example';

/** How long anything may take before a test fails, in milliseconds; long, because the machine may be busy. */
const PATIENCE_MS = 60_000;

/** @type {string} */
let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), 'offhook-acme-'))));
after(() => rm(folder, { recursive: true }));

test('a server gets its certificate from an ACME authority and keeps it', async () => {
  const port = await freePort();
  const authority = await Authority.start(folder, port);
  const root = await authority.root();
  let server = await serve(port, authority);
  const first = await certificate(port, root);
  assert.equal(first.subjectaltname, `DNS:${NAME}`);
  assert.equal(await ready(port, root), 200);
  for (const file of ['account.json', 'certificate.pem', 'key.pem']) {
    const { mode } = await stat(join(folder, 'store', 'acme', file));
    assert.equal(mode & 0o077, 0, `${file} is for its owner only`);
  }
  await end(server);

  await authority.stop();
  server = await serve(port, authority);
  const second = await certificate(port, root);
  assert.equal(second.fingerprint256, first.fingerprint256, 'it needs no authority until the next one is due');
  await end(server);
});

/**
 * @param {number} port
 * @param {Authority} authority
 */
async function serve(port, authority) {
  const file = join(folder, 'offhook.toml');
  const config = `listen = "127.0.0.1:${port}"
admin_token = "admin token of a test"
[tls]
reload_every = "100ms"
[tls.acme]
domains = ["${NAME}"]
directory = "${authority.directory}"
authority = "${authority.certificate}"
contact = "ops@calls.example"
[store]
path = "${join(folder, 'store')}"
[media]
bind = ["127.0.0.1"]
advertise = ["127.0.0.1"]
`;
  await writeFile(file, config);
  const binary = process.env.OFFHOOK_BIN;
  if (!binary) throw new Error('OFFHOOK_BIN names the binary under test; `cargo xtask test` sets it');
  return spawn(binary, ['serve', '--config', file], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @param {import('node:child_process').ChildProcess} server */
async function end(server) {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  assert.equal(await ended, 0);
}

/**
 * Waits until the server shows a certificate for the name that this root vouches for, and reads it.
 *
 * @param {number} port
 * @param {string} root
 * @returns {Promise<import('node:tls').PeerCertificate>}
 */
async function certificate(port, root) {
  const shown = () =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, servername: NAME, ca: root }, () => {
        resolve(socket.getPeerCertificate());
        socket.destroy();
      });
      socket.once('error', () => resolve(null));
    });
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const found = await shown();
    if (found) return found;
    await sleep(50);
  }
  assert.fail('no certificate of the authority is served');
}

/**
 * @param {number} port
 * @param {string} root
 * @returns {Promise<number | undefined>}
 */
function ready(port, root) {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, servername: NAME, ca: root, path: '/health/ready' };
    request(options, (response) => resolve(response.resume().statusCode)).once('error', reject).end();
  });
}
