import { list, own } from './api.js';

/** @typedef {import('./api.js').Delivery} Delivery */

/** The webhooks of some state and app, the newest first, as far back as somebody looked. */
export class DeliveryList {
  /** @type {Map<number, Delivery>} */
  #deliveries = new Map();
  #query;
  /** Whether the server may have older ones. */
  hasOlder = false;

  /** @param {{state: string, app_id: string}} query what is empty is not asked about */
  constructor(query) {
    this.#query = query;
  }

  /** @returns {Delivery[]} */
  get all() {
    const { state } = this.#query;
    return [...this.#deliveries.values()].filter((delivery) => !state || delivery.state === state).sort((one, other) => other.id - one.id);
  }

  /**
   * Reads the newest, and of those that are known the ones that something happened to.
   *
   * @param {Iterable<number>} [changed]
   */
  async refresh(changed = []) {
    const isFirst = this.#deliveries.size === 0;
    const newest = await list('deliveries', { ...this.#query, limit: NEWEST });
    this.#tell(newest);
    if (isFirst) this.hasOlder = newest.length === NEWEST;
    const read = new Set(newest.map(({ id }) => id));
    const unread = [...changed].filter((id) => this.#deliveries.has(id) && !read.has(id)).slice(0, CHANGED_MAX);
    this.#tell(await Promise.all(unread.map((id) => own('GET', `deliveries/${id}`))));
  }

  /** Reads those before the oldest. */
  async older() {
    const before = this.#deliveries.size;
    const oldest = Math.min(...[...this.#deliveries.values()].map(({ owed_at }) => owed_at));
    // Several may be owed in the same millisecond.
    this.#tell(await list('deliveries', { ...this.#query, until: oldest + 1, limit: OLDER }));
    this.hasOlder = this.#deliveries.size > before;
  }

  /** @param {Delivery[]} deliveries */
  #tell(deliveries) {
    for (const delivery of deliveries) this.#deliveries.set(delivery.id, delivery);
  }
}

const NEWEST = 100;
/** As many as the server gives at once. */
const OLDER = 1000;
/** Of older ones that change at the same time, so many are read again; it is rare that it is one. */
const CHANGED_MAX = 20;
