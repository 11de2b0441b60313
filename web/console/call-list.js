import { list } from './api.js';

/** @typedef {import('./api.js').Call} Call */

/** The calls that the server told about, the newest first. */
export class CallList {
  /** @type {Map<string, Call>} */
  #calls = new Map();
  /** @type {Call[] | null} */
  #sorted = null;
  /** Whether the server may have older ones. */
  hasOlder = false;
  /** @type {Promise<unknown> | null} */
  #older = null;

  /** @returns {Call[]} */
  get all() {
    this.#sorted ??= [...this.#calls.values()].sort((one, other) => other.created_at - one.created_at);
    return this.#sorted;
  }

  /** Reads the newest calls, and all that are live. */
  async refresh() {
    const [newest, live] = await Promise.all([list('calls', { limit: LIMIT }), list('calls', { live: true, limit: LIMIT })]);
    const isFirst = this.#calls.size === 0;
    for (const call of [...newest, ...live]) this.tell(call);
    if (isFirst) this.hasOlder = newest.length === LIMIT;
  }

  /** Reads those before the oldest. */
  async older() {
    this.#older ??= this.#readOlder().finally(() => (this.#older = null));
    return this.#older;
  }

  async #readOlder() {
    const ended = this.all.filter(({ state }) => state === 'ended');
    const oldest = ended.at(-1);
    if (!oldest || !this.hasOlder) return;
    const older = await list('calls', { limit: LIMIT, before: oldest.id });
    for (const call of older) this.tell(call);
    this.hasOlder = older.length === LIMIT;
  }

  /** What was told later may be older: a call only ever goes on. @param {Call} call */
  tell(call) {
    const known = this.#calls.get(call.id);
    if (known && COURSE.indexOf(known.state) > COURSE.indexOf(call.state)) return;
    this.#calls.set(call.id, call);
    this.#sorted = null;
  }
}

/** In the order in which a call can go through them. */
const COURSE = ['dialing', 'calling', 'ringing', 'connected', 'ended'];
/** As many as the server gives at once. */
const LIMIT = 1000;
