import { keep, kept } from './storage.js';

/**
 * The consumer's channel (docs/consumer-protocol.md): a WebSocket that comes back when it breaks, under the same
 * device name, so that the server hands a ringing or running call over again.
 *
 * @typedef {{id: string, name: string}} Page
 * @typedef {import('../kit/media/leg.js').Track} Track
 * @typedef {import('./thread.js').Entry} Entry
 * @typedef {import('./settings.js').Settings} Settings
 * @typedef {{granted: boolean, expires_at: number | null}} Permission
 * @typedef {{state: 'ringing', id: string, ring_until: number}
 *         | {state: 'calling', id: string, ring_until: number, mine: boolean}
 *         | {state: 'connected', id: string, since: number, mine: boolean}} LiveCall
 * @typedef {{type: 'welcome', page: Page, psid: string, name: string, call: LiveCall | null, settings: Settings,
 *            permission: Permission, thread: Entry[]}} Welcome
 * @typedef {{type: 'incoming', call: string, page: Page, ring_until: number}
 *         | {type: 'calling', call: string, ring_until: number, sdp: string}
 *         | {type: 'answered', call: string, since: number}
 *         | {type: 'accepted', call: string, sdp: string}
 *         | {type: 'updated', call: string, sdp?: string}
 *         | {type: 'offer', call: string, version: number, sdp: string}
 *         | {type: 'answered_elsewhere', call: string}
 *         | {type: 'ended', call: string, status: string, reason: string, seconds: number}} CallMessage
 * @typedef {{type: 'entry', entry: Entry}
 *         | {type: 'settings', settings: Settings}
 *         | {type: 'permission', permission: Permission}} ThreadMessage
 * @typedef {{type: 'error', call: string | null, error: string, detail: string}} Refusal
 * @typedef {Welcome | CallMessage | ThreadMessage | Refusal} ServerMessage
 * @typedef {{type: 'ringing' | 'decline' | 'hang_up', call: string}
 *         | {type: 'call', sdp: string, via?: string}
 *         | {type: 'accept' | 'resume', call: string, sdp: string}
 *         | {type: 'update', call: string, sdp?: string, tracks: Track[]}
 *         | {type: 'message', text: string}
 *         | {type: 'permission_reply', entry: string, response: 'approve' | 'reject'}
 *         | {type: 'revoke_permission'}
 *         | {type: 'postback', entry: string, payload: string}} DeviceMessage
 */

/** Why there is no way back to the server. @typedef {'unknown_token' | 'other_page' | 'other_tab' | 'misunderstanding'} Closed */

/** Close codes after which connecting again would end the same way. @type {Record<number, Closed | undefined>} */
const FINAL = { 4400: 'misunderstanding', 4401: 'unknown_token', 4409: 'other_tab' };

/** Waits between tries to connect, in milliseconds. */
const [WAIT_MIN, WAIT_MAX] = [300, 8000];

export class ConsumerChannel {
  /** @type {WebSocket | null} */
  #socket = null;
  #wait = WAIT_MIN;
  #isClosed = false;
  #token;
  #listener;
  #isOnline = () => this.#socket ?? this.#connect();

  /**
   * @param {string} token
   * @param {{message: (message: ServerMessage) => void, lost: () => void, closed: (why: Closed) => void}} listener
   */
  constructor(token, listener) {
    this.#token = token;
    this.#listener = listener;
    this.#connect();
    addEventListener('online', this.#isOnline);
  }

  /**
   * @param {DeviceMessage} message
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
    this.#socket?.close();
  }

  #connect() {
    const socket = new WebSocket(address());
    this.#socket = socket;
    socket.addEventListener('open', () => this.#hello(socket));
    socket.addEventListener('message', ({ data }) => this.#isClosed || this.#receive(JSON.parse(data)));
    socket.addEventListener('close', ({ code }) => this.#isClosed || this.#broke(code));
  }

  /** @param {WebSocket} socket */
  #hello(socket) {
    socket.send(JSON.stringify({ type: 'hello', token: this.#token, device: deviceId() }));
  }

  /** @param {ServerMessage} message */
  #receive(message) {
    if (message.type === 'welcome') this.#wait = WAIT_MIN;
    this.#listener.message(message);
  }

  /** @param {number} code */
  #broke(code) {
    this.#socket = null;
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

/** The channel of the server that this script came from, below whatever path it is served. */
function address() {
  const url = new URL('../../consumer/v1', import.meta.url);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url;
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

const DEVICE_KEY = 'offhook-device';
