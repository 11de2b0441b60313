import { html, nothing } from '../../vendor/lit.js';
import { to } from '../address.js';
import { list, own } from '../api.js';
import { copyButton } from '../copy.js';
import { dayAndTime, time, words } from '../said.js';
import { choicesOf, schemas } from '../schemas.js';
import { View, filledIn } from '../view.js';
import { endpointsView } from './endpoints.js';

/** `<offhook-app>`: one app: where its webhooks go, how it wants to be spoken to, its secret. */
class AppView extends View {
  static properties = { app: { attribute: false } };

  constructor() {
    super();
    this.app = '';
  }

  /** @type {import('../api.js').App | null} */
  found = null;
  /** @type {import('../api.js').Endpoint[]} */
  endpoints = [];
  /** @type {Map<string, string>} */
  probes = new Map();
  /** @type {import('../schemas.js').Choice[]} */
  switches = [];
  /** @type {{secret: string, old_secret_until: number | null} | null} */
  made = null;

  get #path() {
    return `apps/${encodeURIComponent(this.app)}`;
  }

  async read() {
    const [found, endpoints, shapes] = await Promise.all([own('GET', this.#path), list('endpoints'), schemas()]);
    this.found = found;
    this.endpoints = endpoints.filter(({ app_id }) => app_id === this.app);
    this.switches = choicesOf(shapes, 'Compat');
  }

  render() {
    const { found } = this;
    if (!found)
      return html`<section>
        <header class="title"><h1>App</h1></header>
        ${this.notices()}
      </section>`;
    return html`
      <section>
        <p class="crumb"><a href=${to('apps')}>Apps</a> / <span class="code">${found.id}</span></p>
        <header class="title">
          <h1><bdi>${found.name}</bdi></h1>
          <a class="pill slim" href="${to('webhooks')}?app=${found.id}">Its webhooks</a>
        </header>
        ${this.notices()}
        <h2 class="part">Where webhooks go</h2>
        ${this.endpoints.length === 0 ? html`<p class="hint">Nowhere yet. The app names its callback URL: <a href="${to('requests')}?what=subscribe_app&app=${found.id}">send that request</a>.</p>` : endpointsView(this)}
        <h2 class="part">How it is spoken to</h2>
        <form class="switches" @submit=${(/** @type {Event} */ event) => this.#save(event)}>
          <label class="switch"
            ><input type="checkbox" role="switch" name="require_app_secret_proof" .checked=${found.require_app_secret_proof} /><span
              >Its requests must bear <code>appsecret_proof</code></span
            ></label
          >
          ${this.switches.map((choice) => this.#switch(choice, found.compat[choice.name] ?? choice.usual))}
          <button class="pill slim primary" ?disabled=${this.isBusy}>Save</button>
        </form>
        <h2 class="part">Secret</h2>
        ${
          this.made
            ? html`<p class="secret">
                The new one, shown only now: <code class="wrap">${this.made.secret}</code> ${copyButton(this.made.secret)}
                ${this.made.old_secret_until ? html`The old one is good until ${time(this.made.old_secret_until, dayAndTime)}.` : nothing}
              </p>`
            : html`<p class="hint">It signs webhooks and proves requests. The server shows it only when it is made.</p>`
        }
        <p class="buttons"><button class="pill slim" ?disabled=${this.isBusy} @click=${() => this.#rotate()}>Make a new secret</button></p>
      </section>
    `;
  }

  /**
   * @param {import('../schemas.js').Choice} choice
   * @param {string} value
   */
  #switch({ name, words: what, choices, usual }, value) {
    return html`
      <label class="field">
        <span><strong>${words(name)}</strong> ${withCode(what)}</span>
        <select class="box" name=${name}>
          ${choices.map((choice) => html`<option value=${choice} ?selected=${choice === value}>${choice}${choice === usual ? ' (default)' : ''}</option>`)}
        </select>
      </label>
    `;
  }

  /** @param {Event} event */
  #save(event) {
    const { require_app_secret_proof, ...compat } = filledIn(event);
    return this.attempt(async () => {
      this.found = await own('PATCH', this.#path, { require_app_secret_proof, compat });
    }, 'Saved. It holds from the next request and webhook on.');
  }

  #rotate() {
    return this.attempt(async () => {
      this.made = await own('POST', `${this.#path}/rotate_secret`, {});
    });
  }
}

customElements.define('offhook-app', AppView);

/** A description of the API's, whose words in backticks are code. @param {string} text */
function withCode(text) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}
