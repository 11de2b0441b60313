import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * What `offhook dev --json` prints when it is ready.
 *
 * @typedef {{psid: string, name: string, token: string, behaviour: string}} Consumer
 * @typedef {{base_url: string, page_id: string, page_token: string, app_id: string, app_secret: string,
 *            admin_token: string, consumers: Consumer[], agent: {id: string, name: string, secret: string}}} Ready
 */

/** `offhook dev` in a fresh folder, on a port of its own. */
export class Server {
  #process;
  #folder;

  /**
   * @param {import('node:child_process').ChildProcess} process
   * @param {string} folder
   * @param {Ready} ready
   */
  constructor(process, folder, ready) {
    this.#process = process;
    this.#folder = folder;
    this.ready = ready;
  }

  static async start() {
    const folder = await mkdtemp(join(tmpdir(), 'offhook-web-'));
    const server = run(folder, '127.0.0.1:0');
    return new Server(server, folder, await firstLine(server));
  }

  /** Kills it in the middle of what it does, and starts it again where it was, with what it had kept. */
  async restart() {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
    this.#process = run(this.#folder, new URL(this.ready.base_url).host);
    await firstLine(this.#process);
  }

  /** The consumer that the pages offer to a person. */
  you() {
    const you = this.ready.consumers.find(({ behaviour }) => behaviour === 'by_hand');
    if (!you) throw new Error('offhook dev has a consumer without a simulated device');
    return you;
  }

  /** A consumer of the test's own, without a simulated device, whom the Page may call. */
  async consumer() {
    const consumer = await this.stranger();
    await this.admin('POST', `pages/${this.ready.page_id}/consumers/${consumer.psid}/permission`, {});
    return consumer;
  }

  /**
   * Such a consumer, whom the Page may not call.
   *
   * @param {string} [name]
   * @param {string} [id] of the Page
   * @returns {Promise<{psid: string, token: string}>}
   */
  async stranger(name = 'Ada Lovelace', id = this.ready.page_id) {
    const page = `pages/${id}`;
    const { psid } = await this.admin('POST', `${page}/consumers`, { name });
    const { token } = await this.admin('POST', `${page}/consumers/${psid}/tokens`, {});
    return { psid, token };
  }

  /**
   * Another Page, and a token with which the demo's app acts for it.
   *
   * @param {string} name
   * @returns {Promise<{page_id: string, page_token: string}>}
   */
  async page(name) {
    const { id } = await this.admin('POST', 'pages', { name });
    const { token } = await this.admin('POST', `pages/${id}/tokens`, { app_id: this.ready.app_id });
    return { page_id: id, page_token: token };
  }

  /**
   * Has the business do something over the Graph API.
   *
   * @param {string} edge
   * @param {object} body
   * @param {{page_id: string, page_token: string}} [page]
   */
  graph(edge, body, page = this.ready) {
    return this.#send('POST', `v26.0/${page.page_id}/${edge}`, page.page_token, body);
  }

  /**
   * The operator's own API.
   *
   * @param {string} method
   * @param {string} path
   * @param {object} body
   */
  admin(method, path, body) {
    return this.#send(method, `offhook/v1/${path}`, this.ready.admin_token, body);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {string} token
   * @param {object} body
   */
  async #send(method, path, token, body) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${this.ready.base_url}/${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async stop() {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}

/**
 * @param {string} folder
 * @param {string} listen
 */
function run(folder, listen) {
  const binary = process.env.OFFHOOK_BIN;
  if (!binary) throw new Error('OFFHOOK_BIN names the binary under test; `cargo xtask test` sets it');
  return spawn(binary, ['dev', '--json', '--listen', listen, '--data', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/**
 * @param {import('node:child_process').ChildProcess} server
 * @returns {Promise<Ready>}
 */
function firstLine(server) {
  return new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`offhook dev ended with ${code} before it was ready`)));
    server.once('error', reject);
    if (server.stdout) createInterface(server.stdout).once('line', (line) => resolve(JSON.parse(line)));
  });
}
