/**
 * The consumer's channel (docs/consumer-protocol.md): a WebSocket that comes back when it breaks, under the same
 * device name, so that the server hands a ringing or running call over again.
 *
 * @typedef {{id: string, name: string}} Page
 * @typedef {import('./leg.js').Track} Track
 * @typedef {import('./thread.js').Entry} Entry
 * @typedef {import('./call-button.js').Settings} Settings
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

/** Close codes after which connecting again would end the same way. @type {Record<number, string>} */
const FINAL = {
  4400: 'This page and the server do not understand each other.',
  4401: 'The server does not know this consumer. Open the page from a fresh link.',
  4409: 'This consumer was opened in another tab of this browser.',
};

/** Waits between tries to connect, in milliseconds. */
const [WAIT_MIN, WAIT_MAX] = [300, 8000];

export class ConsumerChannel {
  /** @type {WebSocket | null} */
  #socket = null;
  #wait = WAIT_MIN;
  #token;
  #listener;

  /**
   * @param {string} token
   * @param {{message: (message: ServerMessage) => void, lost: () => void, refused: (why: string) => void}} listener
   */
  constructor(token, listener) {
    this.#token = token;
    this.#listener = listener;
    this.#connect();
    addEventListener('online', () => this.#socket ?? this.#connect());
  }

  /** @param {DeviceMessage} message */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #connect() {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/consumer/v1`);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#hello(socket));
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(data)));
    socket.addEventListener('close', ({ code }) => this.#closed(code));
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
  #closed(code) {
    this.#socket = null;
    if (FINAL[code]) return this.#listener.refused(FINAL[code]);
    this.#listener.lost();
    setTimeout(() => this.#socket ?? this.#connect(), this.#wait * (0.5 + Math.random() / 2));
    this.#wait = Math.min(this.#wait * 2, WAIT_MAX);
  }
}

/** The name of this tab; a reload keeps it. */
function deviceId() {
  const known = sessionStorage.getItem('offhook-device');
  if (known) return known;
  const letters = crypto.getRandomValues(new Uint8Array(16));
  const fresh = `web-${[...letters].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  sessionStorage.setItem('offhook-device', fresh);
  return fresh;
}
