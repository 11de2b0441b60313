import { list, own } from './api.js';
import { followEvents } from './events.js';

/**
 * One call: how it stands, what happened to it so far, and what goes on happening until the watch is stopped.
 */
export class CallWatch {
  /** @type {import('./api.js').CallDetail | null} */
  call = null;
  /** @type {import('./timeline.js').Entry[]} */
  entries = [];
  /** @type {import('./api.js').Delivery[]} */
  deliveries = [];
  isOnline = false;

  #id;
  #changed;
  #stop = () => {};
  #timer = 0;

  /**
   * @param {string} id
   * @param {() => void} changed called whenever one of the public fields changed
   */
  constructor(id, changed) {
    this.#id = id;
    this.#changed = changed;
  }

  async start() {
    await this.#read();
    this.#stop = followEvents(
      {
        open: () => {
          this.entries = [];
          this.#online(true);
        },
        lost: () => this.#lost(),
        call: (call) => {
          if (this.call) this.call = { ...this.call, ...call };
          this.#soon();
        },
        entry: (entry) => {
          this.entries.push(entry);
          this.#soon();
        },
      },
      this.#id,
    );
  }

  stop() {
    this.#stop();
    clearTimeout(this.#timer);
  }

  /** What the stream does not tell is read again when something happened, but not for each of many things. */
  #soon() {
    this.#changed();
    if (this.#timer !== 0) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      // The next thing that happens asks again.
      this.#read().catch(() => {});
    }, READ_AFTER_MS);
  }

  async #read() {
    const path = `calls/${encodeURIComponent(this.#id)}`;
    const [call, deliveries] = await Promise.all([own('GET', path), list('deliveries', { call_id: this.#id, limit: DELIVERIES })]);
    this.call = call;
    this.deliveries = deliveries;
    this.#changed();
  }

  /** The stream of a call that is over ends; the browser would ask for it again and again. */
  #lost() {
    if (this.call?.state === 'ended') this.#stop();
    this.#online(false);
  }

  /** @param {boolean} isOnline */
  #online(isOnline) {
    this.isOnline = isOnline;
    this.#changed();
  }
}

const READ_AFTER_MS = 400;
/** More than a call has. */
const DELIVERIES = 1000;
