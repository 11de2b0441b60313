import { html, nothing } from '../../vendor/lit.js';
import { go, to } from '../address.js';
import { list, own } from '../api.js';
import { DeliveryList } from '../delivery-list.js';
import { followEvents } from '../events.js';
import '../rows.js';
import { counted } from '../said.js';
import { Soon } from '../soon.js';
import { View } from '../view.js';
import { deliveryRow } from './delivery-row.js';
import { endpointsView } from './endpoints.js';

/** @typedef {import('../api.js').Delivery} Delivery */

/** `<offhook-webhooks>`: where webhooks go, and each that is owed, was delivered or was given up. */
class Webhooks extends View {
  static properties = { query: { attribute: false } };

  constructor() {
    super();
    /** What is looked for, as it stands in the address. */
    this.query = '';
  }

  /** @type {import('../api.js').Endpoint[]} */
  endpoints = [];
  /** @type {import('../api.js').App[]} */
  apps = [];
  /** What each endpoint did when it was last tried, by its app. @type {Map<string, string>} */
  probes = new Map();
  isRead = false;
  state = '';
  app = '';
  /** What is looked for in bodies, ids and answers, in small letters. */
  words = '';
  deliveries = new DeliveryList({ state: '', app_id: '' });
  /** What something happened to since it was read. @type {Set<number>} */
  #changed = new Set();
  #stop = () => {};
  #soon = new Soon(() => this.load());

  connectedCallback() {
    this.#look();
    super.connectedCallback();
    this.#stop = followEvents({
      open: () => this.#soon.ask(),
      entry: ({ kind, delivery_id }) => {
        if (kind !== 'webhook') return;
        this.#changed.add(delivery_id);
        this.#soon.ask();
      },
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
    this.#soon.stop();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!this.hasUpdated || !changed.has('query')) return;
    const { deliveries } = this;
    this.#look();
    if (deliveries !== this.deliveries) void this.load();
  }

  updated() {
    // What is looked for may be further back.
    if (this.words && this.#shown().length < ENOUGH) void this.#older();
  }

  #look() {
    const query = new URLSearchParams(this.query);
    const [state, app] = [query.get('state') ?? '', query.get('app') ?? ''];
    this.words = (query.get('q') ?? '').toLowerCase();
    if (this.hasUpdated && state === this.state && app === this.app) return;
    Object.assign(this, { state, app, deliveries: new DeliveryList({ state, app_id: app }) });
  }

  #shown() {
    const { all } = this.deliveries;
    if (!this.words) return all;
    return all.filter(({ id, body, last_response }) => `${id} ${body} ${last_response}`.toLowerCase().includes(this.words));
  }

  async read() {
    const changed = [...this.#changed];
    this.#changed.clear();
    const [endpoints, apps] = await Promise.all([list('endpoints'), list('apps'), this.deliveries.refresh(changed)]);
    Object.assign(this, { endpoints, apps });
    this.isRead = true;
  }

  render() {
    const shown = this.#shown();
    const dead = this.state === 'dead' && this.app !== '' && shown.length > 0;
    return html`
      <section class="list">
        <header class="title">
          <h1>Webhooks</h1>
          <button class="pill slim" @click=${() => this.load()}>Refresh</button>
        </header>
        ${endpointsView(this)} ${this.notices()}
        <form
          class="filters"
          role="search"
          @input=${(/** @type {Event} */ event) => this.#choose(event)}
          @submit=${(/** @type {Event} */ event) => event.preventDefault()}
        >
          <input class="box" type="search" name="q" placeholder="Search bodies, ids, answers" aria-label="Search" .value=${this.words} />
          <select class="box" name="state" aria-label="State">
            ${STATES.map(([value, name]) => html`<option value=${value} ?selected=${value === this.state}>${name}</option>`)}
          </select>
          <select class="box" name="app" aria-label="App">
            <option value="">Every app</option>
            ${this.apps.map(({ id, name }) => html`<option value=${id} ?selected=${id === this.app}>${name}</option>`)}
          </select>
          ${dead ? html`<button type="button" class="pill slim primary" ?disabled=${this.isBusy} @click=${() => this.#redeliverAll()}>Redeliver all that were given up</button>` : nothing}
        </form>
        <p class="columns deliveries-grid" aria-hidden="true">
          <span>State</span><span>Event</span><span>About</span><span>Tries</span><span>Owed</span>
        </p>
        ${shown.length === 0 ? this.#empty() : nothing}
        <offhook-rows
          ?hidden=${shown.length === 0}
          .label=${counted(shown.length, 'webhook')}
          .items=${shown}
          .key=${(/** @type {Delivery} */ { id }) => id}
          .row=${deliveryRow}
          @end=${() => this.#older()}
        ></offhook-rows>
      </section>
    `;
  }

  #empty() {
    if (!this.isRead) return html`<p class="empty" aria-busy="true">Reading …</p>`;
    if (this.words && this.deliveries.hasOlder) return html`<p class="empty" aria-busy="true">Looking through older webhooks …</p>`;
    if (this.state || this.app || this.words) return html`<p class="empty">No webhook is like that.</p>`;
    return html`
      <div class="empty">
        <h2>No webhooks yet</h2>
        <p>A webhook is owed when something happens on a Page that an app is subscribed to. <a href=${to('apps')}>See the apps</a></p>
      </div>
    `;
  }

  /** @param {Event} event */
  #choose({ target }) {
    const { name, value } = /** @type {HTMLInputElement | HTMLSelectElement} */ (target);
    const query = new URLSearchParams(this.query);
    if (value) query.set(name, value);
    else query.delete(name);
    go(`${to('webhooks')}${query.size > 0 ? `?${query}` : ''}`, { replace: true });
  }

  async #older() {
    if (!this.isRead || this.isBusy || !this.deliveries.hasOlder) return;
    // What fails once is not asked for again and again.
    if (!(await this.attempt(() => this.deliveries.older()))) this.deliveries.hasOlder = false;
  }

  async #redeliverAll() {
    /** @type {number | null} */
    let after = null;
    let count = 0;
    await this.attempt(async () => {
      do {
        const { redelivered, more_after } = await own('POST', 'deliveries/redeliver', {
          app_id: this.app,
          ...(after === null ? {} : { after }),
        });
        count += redelivered;
        after = more_after;
      } while (after !== null);
      await this.read();
    });
    if (count > 0) this.done = `${counted(count, 'webhook')} will go out again.`;
  }
}

customElements.define('offhook-webhooks', Webhooks);

/** As many as fill the window. */
const ENOUGH = 100;

const STATES = [
  ['', 'All'],
  ['pending', 'Pending'],
  ['delivered', 'Delivered'],
  ['dead', 'Given up'],
];
