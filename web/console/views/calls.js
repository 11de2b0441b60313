import { html, nothing } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { go, to } from '../address.js';
import { list, serverTime } from '../api.js';
import { CallList } from '../call-list.js';
import { followEvents } from '../events.js';
import '../rows.js';
import { amount, counted, span, time, words } from '../said.js';
import { View } from '../view.js';

/** @typedef {import('../api.js').Call} Call */

/** `<offhook-calls>`: all calls as they come, go on and end. */
class Calls extends View {
  static properties = { query: { attribute: false } };

  constructor() {
    super();
    /** What is looked for, as it stands in the address. */
    this.query = '';
  }

  calls = new CallList();
  /** Names by ids of Pages. @type {Map<string, string>} */
  pages = new Map();
  isOnline = false;
  isRead = false;
  #stop = () => {};
  #timer = 0;

  connectedCallback() {
    super.connectedCallback();
    this.#stop = followEvents({
      open: () => void this.#refresh(),
      lost: () => this.#online(false),
      call: (call) => {
        this.calls.tell(call);
        this.requestUpdate();
      },
    });
    // How long live calls have lasted goes on by itself.
    this.#timer = window.setInterval(() => this.calls.all.some(isLive) && this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
    clearInterval(this.#timer);
  }

  async read() {
    this.pages = new Map((await list('pages')).map(({ id, name }) => [id, name]));
  }

  async #refresh() {
    await this.attempt(async () => {
      await this.calls.refresh();
      // The rows that are drawn now ask for older ones.
      this.isRead = true;
    });
    this.isRead = true;
    this.#online(true);
  }

  /** @param {boolean} isOnline */
  #online(isOnline) {
    this.isOnline = isOnline;
    this.requestUpdate();
  }

  updated() {
    // What is looked for may be further back.
    if (this.query !== '' && this.#shown().length < ENOUGH) void this.#older();
  }

  render() {
    const shown = this.#shown();
    const live = this.calls.all.filter(isLive).length;
    return html`
      <section class="list">
        <header class="title">
          <h1>Calls</h1>
          <p class="line" role="status" data-online=${this.isOnline}>${this.isOnline ? `${amount(live)} live` : 'connecting …'}</p>
        </header>
        ${this.#filters()} ${this.notices()}
        <p class="columns calls-grid" aria-hidden="true">
          <span>State</span><span>Direction</span><span>Consumer</span><span>Page</span><span>Started</span><span>Lasted</span
          ><span>How it ended</span>
        </p>
        ${shown.length === 0 ? this.#empty() : nothing}
        <offhook-rows
          ?hidden=${shown.length === 0}
          .label=${counted(shown.length, 'call')}
          .items=${shown}
          .key=${(/** @type {Call} */ { id }) => id}
          .row=${(/** @type {Call} */ call) => this.#row(call)}
          @end=${() => this.#older()}
        ></offhook-rows>
      </section>
    `;
  }

  #filters() {
    const filter = new URLSearchParams(this.query);
    const set = (/** @type {Event} */ { target }) => {
      const { name, value } = /** @type {HTMLInputElement | HTMLSelectElement} */ (target);
      if (value) filter.set(name, value);
      else filter.delete(name);
      go(`${to('calls')}${filter.size > 0 ? `?${filter}` : ''}`, { replace: true });
    };
    return html`
      <form class="filters" role="search" @input=${set} @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
        <input
          class="box"
          type="search"
          name="q"
          placeholder="Search ids, Pages, reasons"
          aria-label="Search"
          .value=${filter.get('q') ?? ''}
        />
        <select class="box" name="state" aria-label="State">
          ${STATES.map(([value, name]) => html`<option value=${value} ?selected=${value === (filter.get('state') ?? '')}>${name}</option>`)}
        </select>
        <select class="box" name="page" aria-label="Page">
          <option value="">Every Page</option>
          ${[...this.pages].map(([id, name]) => html`<option value=${id} ?selected=${id === filter.get('page')}>${name}</option>`)}
        </select>
      </form>
    `;
  }

  /** @param {Call} call */
  #row(call) {
    return html`
      <a class="calls-grid entry" href=${to('calls', call.id)} data-state=${call.state}>
        <span>${stateBadge(call)}</span>
        <span class="with-icon"
          >${icon(call.direction === 'business_initiated' ? 'outgoing' : 'incoming')} ${DIRECTIONS[call.direction]}</span
        >
        <span class="code">${call.psid}</span>
        <span class="cut"><bdi>${this.pages.get(call.page_id) ?? call.page_id}</bdi></span>
        ${time(call.created_at)}
        <span>${lasted(call)}</span>
        <span class="cut">${call.reason ? words(call.reason) : ''}</span>
      </a>
    `;
  }

  #empty() {
    if (!this.isRead) return html`<p class="empty" aria-busy="true">Reading …</p>`;
    if (this.query !== '' && this.calls.hasOlder) return html`<p class="empty" aria-busy="true">Looking through older calls …</p>`;
    if (this.query !== '')
      return html`<div class="empty">
        <h2>No call is like that</h2>
        <p>Change the search, or <a href=${to('calls')}>see all calls</a>.</p>
      </div>`;
    return html`
      <div class="empty">
        <h2>No calls yet</h2>
        <p>They appear here as they begin. <a href=${to('requests')}>Call a consumer from here</a>, or let your integration call one.</p>
      </div>
    `;
  }

  #shown() {
    const filter = new URLSearchParams(this.query);
    const [words, state, page] = ['q', 'state', 'page'].map((name) => (filter.get(name) ?? '').toLowerCase());
    if (!words && !state && !page) return this.calls.all;
    return this.calls.all.filter((call) => {
      const isOfState = !state || (state === 'live' ? isLive(call) : call.state === 'ended' && (call.status ?? '').toLowerCase() === state);
      const told = `${call.id} ${call.psid} ${call.page_id} ${this.pages.get(call.page_id) ?? ''} ${call.reason ?? ''}`.toLowerCase();
      return isOfState && (!page || call.page_id === page) && (!words || told.includes(words));
    });
  }

  async #older() {
    if (!this.isRead || this.isBusy || !this.calls.hasOlder) return;
    // What fails once is not asked for again and again.
    if (!(await this.attempt(() => this.calls.older()))) this.calls.hasOlder = false;
  }
}

customElements.define('offhook-calls', Calls);

/** @param {Call} call */
export function isLive({ state }) {
  return state !== 'ended';
}

/** @param {Call} call */
export function stateBadge({ state, status }) {
  const tone = state !== 'ended' ? 'good' : status === 'Failed' ? 'bad' : '';
  return html`<span class="badge ${tone}">${state === 'ended' ? (status ?? 'ended').toLowerCase() : state}</span>`;
}

/** How long the parties were connected. @param {Call} call */
export function lasted({ connected_at, ended_at }) {
  return connected_at ? span((ended_at ?? serverTime()) - connected_at) : '';
}

/** @type {Record<Call['direction'], string>} */
export const DIRECTIONS = { business_initiated: 'business called', user_initiated: 'consumer called' };

/** As many as fill the window. */
const ENOUGH = 100;

const STATES = [
  ['', 'Live and ended'],
  ['live', 'Live'],
  ['completed', 'Completed'],
  ['failed', 'Failed'],
];
