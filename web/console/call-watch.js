import { list, own } from './api.js';
import { followEvents } from './events.js';
import { Soon } from './soon.js';

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
  /** What the stream does not tell is read again when something happened. The next thing that happens asks again. */
  #soon = new Soon(() => this.#read().catch(() => {}));

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
          this.#happened();
        },
        entry: (entry) => {
          this.entries.push(entry);
          this.#happened();
        },
      },
      this.#id,
    );
  }

  stop() {
    this.#stop();
    this.#soon.stop();
  }

  #happened() {
    this.#changed();
    this.#soon.ask();
  }

  async #read() {
    const path = `calls/${encodeURIComponent(this.#id)}`;
    this.call = await own('GET', path);
    this.deliveries = await list('deliveries', { call_id: this.#id, limit: DELIVERIES });
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

/** More than a call has. */
const DELIVERIES = 1000;
