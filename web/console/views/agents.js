import { html, nothing } from '../../vendor/lit.js';
import { ROOT } from '../address.js';
import { list, own } from '../api.js';
import { copyButton } from '../copy.js';
import { dayAndTime, time } from '../said.js';
import { View, filledIn } from '../view.js';

/** @typedef {import('../api.js').Agent} Agent */

/** `<offhook-agents>`: who answers for a Page at the desk, and the link with which each signs in there. */
class Agents extends View {
  static properties = { page: { attribute: false } };

  constructor() {
    super();
    this.page = '';
  }

  /** Of all Pages. @type {Agent[] | null} */
  agents = null;
  /** Secrets that were just made, by the agent's id. @type {Map<string, string>} */
  secrets = new Map();

  async read() {
    this.agents = await list('agents');
  }

  render() {
    const isHere = (/** @type {Agent} */ { pages }) => pages.includes(this.page);
    const here = this.agents?.filter(isHere) ?? [];
    const others = this.agents?.filter((agent) => !isHere(agent)) ?? [];
    return html`
      ${this.notices()}
      <form class="inline" @submit=${(/** @type {Event} */ event) => this.#create(event)}>
        <label class="field"
          ><span>New agent</span
          ><input class="box" name="name" maxlength="80" placeholder="The name by which they sign in" required autocomplete="off"
        /></label>
        <button class="pill slim primary" ?disabled=${this.isBusy}>Make</button>
      </form>
      ${others.length === 0 ? nothing : this.#borrow(others)}
      ${
        this.agents && here.length === 0
          ? html`<p class="empty">
              Nobody answers for this Page at the desk. Make an agent above: their link leads to the desk, where they take the Page’s calls
              and call its consumers. Calls ring there if the call settings say that META is rung.
            </p>`
          : nothing
      }
      <ul class="people" aria-label="Agents">
        ${here.map((agent) => html`<li data-agent=${agent.id}>${this.#person(agent)}</li>`)}
      </ul>
    `;
  }

  /** Lets agents of other Pages answer for this one, too. @param {Agent[]} others */
  #borrow(others) {
    const borrow = (/** @type {Event} */ event) => {
      const agent = others.find(({ id }) => id === filledIn(event).agent);
      return agent && this.#change(agent, { pages: [...agent.pages, this.page] });
    };
    return html`
      <form class="inline" @submit=${borrow}>
        <label class="field"
          ><span>Agent who does not answer here</span
          ><select class="box" name="agent">
            ${others.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
          </select></label
        >
        <button class="pill slim" ?disabled=${this.isBusy}>Let them answer here</button>
      </form>
    `;
  }

  /** @param {Agent} agent */
  #person(agent) {
    const { id, name, pages, enabled, created_at } = agent;
    const secret = this.secrets.get(id);
    const otherPages = pages.filter((page) => page !== this.page);
    return html`
      <div class="who">
        <strong class="cut"><bdi>${name}</bdi></strong> <span class="code hint">${id}</span>
      </div>
      <p class="buttons">
        <button class="pill slim" ?disabled=${this.isBusy} @click=${() => this.#renew(agent)}>New secret</button>
        <button class="pill slim" ?disabled=${this.isBusy} @click=${() => this.#change(agent, { pages: otherPages })}>Not for this Page</button>
        <button class="pill slim ${enabled ? 'bad' : ''}" ?disabled=${this.isBusy} @click=${() => this.#change(agent, { enabled: !enabled })}>
          ${enabled ? 'Put out' : 'Let in again'}
        </button>
      </p>
      <p class="hint">
        ${standing(agent)} since ${time(created_at, dayAndTime)}${otherPages.length > 0 ? html`, answers for ${otherPages.length} more ${otherPages.length === 1 ? 'Page' : 'Pages'}` : nothing}
      </p>
      ${secret === undefined ? nothing : secretView(name, secret)}
    `;
  }

  /** @param {Event} event */
  #create(event) {
    const { name } = filledIn(event);
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    return this.attempt(async () => {
      const { id, secret } = await own('POST', 'agents', { name, pages: [this.page] });
      this.secrets.set(id, secret);
      form.reset();
      await this.read();
    });
  }

  /**
   * @param {Agent} agent
   * @param {{pages?: string[], enabled?: boolean}} change
   */
  #change({ id }, change) {
    return this.attempt(async () => {
      await own('PATCH', `agents/${id}`, change);
      await this.read();
    });
  }

  /** @param {Agent} agent */
  #renew({ id }) {
    return this.attempt(async () => {
      const { secret } = await own('POST', `agents/${id}/renew_secret`, {});
      this.secrets.set(id, secret);
      await this.read();
    }, 'Whoever signed in with the secret before is signed out.');
  }
}

customElements.define('offhook-agents', Agents);

/** @param {Agent} agent */
function standing({ enabled, free }) {
  if (!enabled) return html`<span class="badge bad">may not sign in</span>`;
  return free ? html`<span class="badge good">takes calls</span>` : html`<span class="badge">takes no calls</span>`;
}

/**
 * @param {string} name
 * @param {string} secret
 */
function secretView(name, secret) {
  const link = new URL(`desk#${new URLSearchParams({ name, secret })}`, ROOT).href;
  return html`
    <p class="secret">
      Keep it, it is shown only now: <code class="wrap">${secret}</code> ${copyButton(secret)}<br />
      Whoever has this link is this agent: <code class="wrap">${link}</code> ${copyButton(link)}
    </p>
  `;
}
