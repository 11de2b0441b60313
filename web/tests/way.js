import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/**
 * What a network does to datagrams in one direction. `kbps` counts IP packets, `delayMs` is one way.
 *
 * @typedef {{loss: number, kbps: number, delayMs: number}} Weather
 * @typedef {import('node:dgram').Socket} Socket
 * @typedef {import('node:dgram').RemoteInfo} RemoteInfo
 */

/** @type {Weather} */
export const FAIR = { loss: 0, kbps: Infinity, delayMs: 10 };

/** Of IPv4 and UDP, in bytes. */
const HEADERS = 28;
/** A packet that would wait for longer than this is dropped: what a home router keeps. */
const QUEUE_MS_MAX = 300;
/** Sockets of one browser that reach a port of the relay; a browser has one for each of its addresses. */
const CLIENTS_MAX = 32;

/** The network between one page and the relay: datagrams are lost, delayed and queued, the same ones for the same seed. */
export class Way {
  /** From the page to the relay. */
  up;
  /** From the relay to the page. */
  down;

  /** What stands for each address of the relay. @type {Map<string, Socket>} */
  #fronts = new Map();
  /** @type {Set<Socket>} */
  #sockets = new Set();

  /** @param {number} seed */
  constructor(seed) {
    this.up = new Lane(random(seed));
    this.down = new Lane(random(seed + 1));
  }

  /** @param {Partial<Weather>} weather in both directions */
  turn(weather) {
    this.up.weather = { ...FAIR, ...weather };
    this.down.weather = { ...FAIR, ...weather };
  }

  /**
   * Before the page is loaded: leads its peer connections over this way.
   *
   * @param {import('playwright-core').Page} page
   */
  async lead(page) {
    await page.exposeFunction('offhookWay', (/** @type {string} */ sdp) => this.#led(sdp));
    await page.addInitScript(() => {
      const { offhookWay } = /** @type {any} */ (window);
      const { prototype } = /** @type {any} */ (RTCPeerConnection);
      const set = prototype.setRemoteDescription;
      /** @param {RTCSessionDescriptionInit} description */
      prototype.setRemoteDescription = async function ({ type, sdp }) {
        return set.call(this, { type, sdp: await offhookWay(sdp) });
      };
    });
  }

  /** To another network: where the page's datagrams went so far, nobody is any more. */
  move() {
    this.close();
    this.#fronts.clear();
  }

  close() {
    for (const socket of this.#sockets) socket.close();
  }

  /**
   * The server's SDP with this way's addresses as its candidates.
   *
   * @param {string} sdp
   */
  async #led(sdp) {
    const lines = sdp.split('\r\n').map(async (line) => {
      if (!line.startsWith('a=candidate:')) return [line];
      const words = line.split(' ');
      const [protocol, ip, port] = [words[2], words[4], words[5]];
      if (protocol !== 'udp' || ip.includes(':')) return [];
      const front = await this.#front(ip, Number(port));
      return [[...words.slice(0, 4), LOOPBACK, front.address().port, ...words.slice(6)].join(' ')];
    });
    return (await Promise.all(lines)).flat().join('\r\n');
  }

  /**
   * @param {string} ip
   * @param {number} port
   */
  async #front(ip, port) {
    const known = this.#fronts.get(`${ip}:${port}`);
    if (known) return known;
    const front = this.#socket();
    this.#fronts.set(`${ip}:${port}`, front);
    /** What the relay sees of each of the page's sockets. @type {Map<string, Socket>} */
    const backs = new Map();
    front.on('message', (datagram, from) => {
      const back = backs.get(from.address + from.port) ?? (backs.size < CLIENTS_MAX ? this.#back(front, from) : null);
      if (!back) return;
      backs.set(from.address + from.port, back);
      this.up.carry(datagram, () => this.#send(back, datagram, port, ip));
    });
    front.bind(0, LOOPBACK);
    await once(front, 'listening');
    return front;
  }

  /**
   * @param {Socket} front
   * @param {RemoteInfo} client
   */
  #back(front, client) {
    const back = this.#socket();
    back.on('message', (datagram) => this.down.carry(datagram, () => this.#send(front, datagram, client.port, client.address)));
    return back;
  }

  #socket() {
    const socket = createSocket('udp4');
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }

  /**
   * @param {Socket} socket
   * @param {Buffer} datagram
   * @param {number} port
   * @param {string} ip
   */
  #send(socket, datagram, port, ip) {
    if (this.#sockets.has(socket)) socket.send(datagram, port, ip);
  }
}

/** One direction. */
class Lane {
  weather = FAIR;

  #random;
  /** When all that waits has left. */
  #freeAt = 0;

  /** @param {() => number} random */
  constructor(random) {
    this.#random = random;
  }

  /**
   * @param {Buffer} datagram
   * @param {() => void} deliver
   */
  carry(datagram, deliver) {
    const { loss, kbps, delayMs } = this.weather;
    if (this.#random() < loss) return;
    const bytes = datagram.length + HEADERS;
    const now = performance.now();
    const waits = Math.max(0, this.#freeAt - now);
    if (waits > QUEUE_MS_MAX) return;
    this.#freeAt = now + waits + (bytes * 8) / kbps;
    setTimeout(deliver, this.#freeAt - now + delayMs);
  }
}

/**
 * Numbers from 0 to 1, the same ones for the same seed (mulberry32).
 *
 * @param {number} seed
 */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LOOPBACK = '127.0.0.1';
