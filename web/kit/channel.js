import { keep, kept } from './storage.js';

/** Why there is no way back to the server. @typedef {'unknown_token' | 'other_page' | 'other_tab' | 'misunderstanding'} Closed */

/** Close codes after which connecting again would end the same way. @type {Record<number, Closed | undefined>} */
const FINAL = { 4400: 'misunderstanding', 4401: 'unknown_token', 4409: 'other_tab' };

/** The close code of a connection that was not closed by anybody. */
const ABNORMAL = 1006;

/** Waits between tries to connect, in milliseconds. */
const [WAIT_MIN, WAIT_MAX] = [300, 8000];

/**
 * How often the time is looked at, and from which gap on this machine was asleep or the page frozen, in milliseconds: more than the
 * minute at which browsers let the timers of a page out of sight run.
 */
const [LOOK_EVERY, SLEEP_MIN] = [15_000, 150_000];

/**
 * A WebSocket of JSON messages that comes back when it breaks, under the same device name, so that the server hands a
 * ringing or running call over again.
 *
 * @template {{type: string}} Out what is said
 * @template {{type: string}} In what is heard
 */
export class Channel {
  /** @type {WebSocket | null} */
  #socket = null;
  #wait = WAIT_MIN;
  #isClosed = false;
  #path;
  #hello;
  #listener;
  #isOnline = () => this.#socket ?? this.#connect();
  /** A socket whose network is gone would tell so after minutes. */
  #isOffline = () => this.#socket && this.#broke(this.#socket, ABNORMAL);
  #lookedAt = Date.now();
  #watch = 0;

  /**
   * @param {string} path of the server that this script came from, below whatever path it is served
   * @param {object} hello what is said first, beside the device's name
   * @param {{message: (message: In) => void, lost: () => void, closed: (why: Closed) => void}} listener
   */
  constructor(path, hello, listener) {
    this.#path = path;
    this.#hello = hello;
    this.#listener = listener;
    this.#connect();
    addEventListener('online', this.#isOnline);
    addEventListener('offline', this.#isOffline);
    this.#watch = window.setInterval(() => this.#lookAtTime(), LOOK_EVERY);
  }

  /**
   * @param {Out} message
   * @returns {boolean} whether it went out
   */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Ends it for good. */
  close() {
    this.#isClosed = true;
    removeEventListener('online', this.#isOnline);
    removeEventListener('offline', this.#isOffline);
    clearInterval(this.#watch);
    this.#socket?.close();
  }

  /** While a machine sleeps the server takes it for gone, and nobody tells when it wakes. */
  #lookAtTime() {
    const slept = Date.now() - this.#lookedAt;
    this.#lookedAt = Date.now();
    if (slept > SLEEP_MIN && this.#socket) this.#broke(this.#socket, ABNORMAL);
  }

  #connect() {
    const url = new URL(`../../${this.#path}`, import.meta.url);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'hello', ...this.#hello, device: deviceId() })));
    const isCurrent = () => !this.#isClosed && this.#socket === socket;
    socket.addEventListener('message', ({ data }) => isCurrent() && this.#receive(JSON.parse(data)));
    socket.addEventListener('close', ({ code }) => isCurrent() && this.#broke(socket, code));
  }

  /** @param {In} message */
  #receive(message) {
    if (message.type === 'welcome') this.#wait = WAIT_MIN;
    this.#listener.message(message);
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   */
  #broke(socket, code) {
    this.#socket = null;
    socket.close();
    const final = FINAL[code];
    if (final) {
      this.close();
      return this.#listener.closed(final);
    }
    this.#listener.lost();
    setTimeout(() => this.#isClosed || this.#socket || this.#connect(), this.#wait * (0.5 + Math.random() / 2));
    this.#wait = Math.min(this.#wait * 2, WAIT_MAX);
  }
}

/** The name of this tab; a reload keeps it. */
function deviceId() {
  const known = kept(DEVICE_KEY);
  if (known) return known;
  const letters = crypto.getRandomValues(new Uint8Array(16));
  const fresh = `web-${[...letters].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  keep(DEVICE_KEY, fresh);
  return fresh;
}

/** Frames beside each other have one storage, and names of their own. */
const DEVICE_KEY = `offhook-device${window.name}`;
