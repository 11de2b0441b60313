import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort, ownCertificate } from './authority.js';

const ADMIN_TOKEN = 'admin token of a test';

/** `offhook serve` that speaks HTTPS below a base path, with one Page. */
export class HttpsServer {
  #process;
  #folder;
  #root;

  /**
   * @param {import('node:child_process').ChildProcess} process
   * @param {string} folder
   * @param {{certificate: string, root: string, base_url: string}} how
   */
  constructor(process, folder, { certificate, root, base_url }) {
    this.#process = process;
    this.#folder = folder;
    this.#root = root;
    /** The file of the certificate, which programs trust that are told to. */
    this.certificate = certificate;
    this.ready = { base_url, page_id: '', page_token: '', admin_token: ADMIN_TOKEN };
  }

  static async start() {
    const binary = process.env.OFFHOOK_BIN;
    if (!binary) throw new Error('OFFHOOK_BIN names the binary under test; `cargo xtask test` sets it');
    const folder = await mkdtemp(join(tmpdir(), 'offhook-https-'));
    const [port, { certificate, key }] = [await freePort(), await ownCertificate(folder)];
    const file = join(folder, 'offhook.toml');
    const config = `listen = "127.0.0.1:${port}"
admin_token = "${ADMIN_TOKEN}"
[http]
base_path = "/calling"
[tls]
certificate = "${certificate}"
key = "${key}"
[store]
path = "${join(folder, 'store')}"
[media]
bind = ["127.0.0.1"]
advertise = ["127.0.0.1"]
`;
    await writeFile(file, config);
    const running = spawn(binary, ['serve', '--config', file], { stdio: ['ignore', 'ignore', 'inherit'] });
    const how = { certificate, root: await readFile(certificate, 'utf8'), base_url: `https://localhost:${port}/calling` };
    const server = new HttpsServer(running, folder, how);
    await server.#untilReady();
    const app = await server.#make('apps', { name: 'App' });
    const page = await server.#make('pages', { name: 'Page' });
    const { token } = await server.#make(`pages/${page.id}/tokens`, { app_id: app.id });
    server.ready = { ...server.ready, page_id: page.id, page_token: token };
    return server;
  }

  /**
   * A consumer whom the Page may call.
   *
   * @returns {Promise<{psid: string, token: string}>}
   */
  async consumer() {
    const consumers = `pages/${this.ready.page_id}/consumers`;
    const { psid } = await this.#make(consumers, { name: 'Ada Lovelace' });
    await this.#make(`${consumers}/${psid}/permission`, {});
    const { token } = await this.#make(`${consumers}/${psid}/tokens`, {});
    return { psid, token };
  }

  async stop() {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
    await rm(this.#folder, { recursive: true });
  }

  async #untilReady() {
    for (let tries = 0; tries < 600; tries++) {
      const { status } = await this.#ask('GET', '/health/ready').catch(() => ({ status: 0 }));
      if (status === 200) return;
      await sleep(50);
    }
    throw new Error('the server does not start');
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  async #make(path, body) {
    const { status, text } = await this.#ask('POST', `/offhook/v1/${path}`, body);
    if (status >= 300) throw new Error(`POST ${path}: ${status} ${text}`);
    return JSON.parse(text);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<{status: number, text: string}>}
   */
  #ask(method, path, body) {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.ready.base_url}${path}`, { method, headers, ca: this.#root }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      asked.once('error', reject).end(body && JSON.stringify(body));
    });
  }
}
