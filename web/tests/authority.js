import { execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * An ACME authority: Pebble, Let's Encrypt's own for tests, with a DNS server by which every name is this machine. It asks back
 * at one port of it.
 */
export class Authority {
  #pebble;
  #dns;
  #management;

  /**
   * @param {import('node:child_process').ChildProcess} pebble
   * @param {import('node:child_process').ChildProcess} dns
   * @param {{port: number, management: number, certificate: string}} address
   */
  constructor(pebble, dns, { port, management, certificate }) {
    this.#pebble = pebble;
    this.#dns = dns;
    this.#management = management;
    /** Where ACME begins. */
    this.directory = `https://localhost:${port}/dir`;
    /** The file by which the authority's own HTTPS is trusted. */
    this.certificate = certificate;
  }

  /**
   * @param {string} folder
   * @param {number} asksBackAt
   */
  static async start(folder, asksBackAt) {
    const [port, management, dnsPort] = [await freePort(), await freePort(), await freePort()];
    const { certificate, key } = await ownCertificate(folder);
    const pebble = {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate,
      privateKey: key,
      httpPort: asksBackAt,
      tlsPort: asksBackAt,
      ocspResponderURL: '',
    };
    const config = join(folder, 'pebble.json');
    await writeFile(config, JSON.stringify({ pebble }));
    const nothing = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-management', ''];
    const names = ['-dns01', `127.0.0.1:${dnsPort}`, '-defaultIPv4', '127.0.0.1', '-defaultIPv6', ''];
    const dns = spawn('pebble-challtestsrv', [...nothing, ...names], { stdio: 'ignore' });
    const authority = spawn('pebble', ['-config', config, '-dnsserver', `127.0.0.1:${dnsPort}`], {
      stdio: 'ignore',
      env: { ...process.env, PEBBLE_VA_NOSLEEP: '1' },
    });
    return new Authority(authority, dns, { port, management, certificate });
  }

  /** What it signs with at last, once it is there. */
  async root() {
    for (let tries = 0; tries < 600; tries++) {
      const root = await read(`https://localhost:${this.#management}/roots/0`).catch(() => null);
      if (root) return root;
      await sleep(50);
    }
    throw new Error('Pebble does not start');
  }

  async stop() {
    for (const process of [this.#pebble, this.#dns]) {
      const ended = new Promise((resolve) => process.once('exit', resolve));
      process.kill('SIGTERM');
      await ended;
    }
  }
}

/**
 * A port that was free a moment ago; nobody else on this machine asks for this very one.
 *
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Files of a certificate for localhost that is signed by itself, and of its key.
 *
 * @param {string} folder
 */
export async function ownCertificate(folder) {
  const [certificate, key, config] = ['localhost.pem', 'localhost.key', 'openssl.conf'].map((name) => join(folder, name));
  const extensions = 'basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:localhost\n';
  await writeFile(config, `[req]\ndistinguished_name=name\nx509_extensions=extensions\n[name]\n[extensions]\n${extensions}`);
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', certificate, '-config', config];
  await promisify(execFile)('openssl', ['req', '-x509', ...algorithm, '-subj', '/CN=localhost', '-days', '2', ...files]);
  return { certificate, key };
}

/**
 * @param {string} url
 * @returns {Promise<string>}
 */
function read(url) {
  return new Promise((resolve, reject) => {
    const answered = get(url, { rejectUnauthorized: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => resolve(text));
    });
    answered.once('error', reject);
  });
}
