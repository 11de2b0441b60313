import { html, nothing } from '../../vendor/lit.js';
import { ROOT, to } from '../address.js';
import { list, own } from '../api.js';
import { copyButton } from '../copy.js';
import { VERSION, graph } from '../graph-api.js';
import { dayAndTime } from '../said.js';
import { View, filledIn } from '../view.js';

/** @typedef {import('../api.js').Consumer} Consumer */

/** `<offhook-consumers>`: the consumers of a Page, whether it may call them, and the link with which each writes and calls. */
class Consumers extends View {
  static properties = { page: { attribute: false }, apps: { attribute: false } };

  constructor() {
    super();
    this.page = '';
    /** @type {import('../api.js').App[]} */
    this.apps = [];
  }

  /** @type {Consumer[] | null} */
  consumers = null;
  /** What was asked for of each, by its psid. @type {Map<string, string>} */
  permissions = new Map();
  /** Links that were made, by psid. @type {Map<string, string>} */
  links = new Map();
  search = '';

  /** Whether the server may have older ones. */
  hasOlder = false;

  async read() {
    const text = this.search;
    const found = await this.#list();
    if (text !== this.search) return; // Something else is looked for meanwhile.
    this.consumers = found;
    this.hasOlder = found.length === LIMIT;
  }

  render() {
    return html`
      ${this.notices()}
      <form class="inline" @submit=${(/** @type {Event} */ event) => this.#create(event)}>
        <label class="field"><span>New consumer</span><input class="box" name="name" placeholder="Their name" required /></label>
        <button class="pill slim primary" ?disabled=${this.isBusy}>Create</button>
      </form>
      ${
        this.consumers?.length === 0 && !this.search
          ? html`<p class="empty">
              No consumer is known to this Page. Make one above: their link opens a conversation with the Page, from which they can call.
            </p>`
          : html`<input
              class="box search"
              type="search"
              placeholder="Search names and psids"
              aria-label="Search"
              @input=${(/** @type {Event} */ event) => this.#find(event)}
            />`
      }
      <ul class="people" ?hidden=${!this.consumers?.length}>
        ${this.consumers?.map((consumer) => html`<li>${this.#person(consumer)}</li>`)}
      </ul>
      ${this.consumers?.length === 0 && this.search ? html`<p class="empty">Nobody has this in their name or psid.</p>` : nothing}
      ${
        this.hasOlder
          ? html`<button class="pill slim" id="older" ?disabled=${this.isBusy} @click=${() => this.#older()}>Show older ones</button>`
          : nothing
      }
    `;
  }

  /** @param {Consumer} consumer */
  #person({ psid, name, created_at }) {
    const link = this.links.get(psid);
    const path = `pages/${this.page}/consumers/${psid}`;
    const change = (/** @type {string} */ method) => () =>
      this.attempt(async () => {
        const { expires_at } = await own(method, `${path}/permission`);
        this.permissions.set(
          psid,
          method === 'DELETE' ? 'The Page may not call them any more.' : `The Page may call them until ${dayAndTime(expires_at)}.`,
        );
      });
    return html`
      <div class="who">
        <strong class="cut"><bdi>${name}</bdi></strong> <span class="code hint">${psid}</span>
      </div>
      <p class="buttons">
        <button class="pill slim" ?disabled=${this.isBusy || this.apps.length === 0} @click=${() => this.#ask(psid)}>
          May the Page call?
        </button>
        <button class="pill slim" ?disabled=${this.isBusy} @click=${change('POST')}>Permit</button>
        <button class="pill slim" ?disabled=${this.isBusy} @click=${change('DELETE')}>Revoke</button>
        <button class="pill slim" ?disabled=${this.isBusy} @click=${() => this.#link(psid)}>Link</button>
        <a class="pill slim" href="${to('requests')}?${new URLSearchParams({ page: this.page, psid })}">Call</a>
      </p>
      <p class="hint" role="status">${this.permissions.get(psid) ?? `known since ${dayAndTime(created_at)}`}</p>
      ${link ? html`<p class="secret">Whoever has this link is this consumer: <code class="wrap">${link}</code> ${copyButton(link)}</p>` : nothing}
    `;
  }

  /** @param {Event} event */
  #find({ target }) {
    this.search = /** @type {HTMLInputElement} */ (target).value;
    return this.load();
  }

  #older() {
    return this.attempt(async () => {
      const known = this.consumers ?? [];
      const older = await this.#list(known.at(-1)?.psid);
      if (this.consumers !== known) return;
      this.consumers = [...known, ...older];
      this.hasOlder = older.length === LIMIT;
    });
  }

  /** @param {string} [before] @returns {Promise<Consumer[]>} */
  #list(before) {
    return list(`pages/${this.page}/consumers`, { text: this.search, before, limit: LIMIT });
  }

  /** @param {Event} event */
  #create(event) {
    const { name } = filledIn(event);
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    return this.attempt(async () => {
      await own('POST', `pages/${this.page}/consumers`, { name });
      form.reset();
      await this.read();
    });
  }

  /** @param {string} psid */
  #ask(psid) {
    return this.attempt(async () => {
      const path = `${VERSION}/${this.page}/messenger_call_permissions?${new URLSearchParams({ psid })}`;
      const answer = await graph(this.page, this.apps[0].id, { method: 'GET', path });
      const { status, expiration_time } = (answer.data?.[0] ?? answer).permission;
      const until = expiration_time ? `, until ${dayAndTime(expiration_time * 1000)}` : '';
      this.permissions.set(
        psid,
        status.toUpperCase() === 'HAS_PERMISSION' ? `The Page may call them${until}.` : 'The Page may not call them.',
      );
    });
  }

  /** @param {string} psid */
  #link(psid) {
    return this.attempt(async () => {
      const { token } = await own('POST', `pages/${this.page}/consumers/${psid}/tokens`);
      this.links.set(psid, new URL(`c/${this.page}#token=${token}`, ROOT).href);
    });
  }
}

customElements.define('offhook-consumers', Consumers);

/** As many as are easily looked through. */
const LIMIT = 100;
