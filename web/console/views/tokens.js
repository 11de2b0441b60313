import { html, nothing } from '../../vendor/lit.js';
import { list, own } from '../api.js';
import { copyButton } from '../copy.js';
import { dayAndTime, time } from '../said.js';
import { View, filledIn } from '../view.js';

/** @typedef {{sha256: string, app_id: string, pages_messaging: boolean, expires_at: number | null, revoked_at: number | null}} Token */

/** `<offhook-tokens>`: with which tokens apps act for a Page. */
class Tokens extends View {
  static properties = { page: { attribute: false }, apps: { attribute: false } };

  constructor() {
    super();
    this.page = '';
    /** @type {import('../api.js').App[]} */
    this.apps = [];
  }

  /** @type {Token[]} */
  tokens = [];
  /** The one that was just made. @type {string | null} */
  made = null;

  async read() {
    this.tokens = await list(`pages/${this.page}/tokens`);
  }

  render() {
    return html`
      ${this.notices()}
      ${this.made ? html`<p class="secret">Keep it, it is shown only now: <code class="wrap">${this.made}</code> ${copyButton(this.made)}</p>` : nothing}
      ${this.apps.length === 0 ? html`<p class="hint">An app acts for a Page. Make an app first.</p>` : this.#form()}
      ${this.tokens.length === 0 ? html`<p class="empty">Nobody can act for this Page yet.</p>` : this.#table()}
      <form class="inline" @submit=${(/** @type {Event} */ event) => this.#revoke(event)}>
        <label class="field"
          ><span>Revoke a token</span
          ><input class="box code" name="token" placeholder="The token itself; the server keeps only its hash" required autocomplete="off"
        /></label>
        <button class="pill slim bad" ?disabled=${this.isBusy}>Revoke</button>
      </form>
    `;
  }

  #form() {
    return html`
      <form class="inline" @submit=${(/** @type {Event} */ event) => this.#create(event)}>
        <label class="field"
          ><span>New token for</span
          ><select class="box" name="app">
            ${this.apps.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
          </select></label
        >
        <label class="field"><span>Expires</span><input class="box" name="expires" type="datetime-local" /></label>
        <button class="pill slim primary" ?disabled=${this.isBusy}>Make</button>
      </form>
    `;
  }

  #table() {
    const apps = new Map(this.apps.map(({ id, name }) => [id, name]));
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Tokens">
        <table>
          <thead>
            <tr>
              <th scope="col">SHA-256</th>
              <th scope="col">App</th>
              <th scope="col">pages_messaging</th>
              <th scope="col">Until</th>
            </tr>
          </thead>
          <tbody>
            ${this.tokens.map(
              ({ sha256, app_id, pages_messaging, expires_at, revoked_at }) => html`
                <tr>
                  <th scope="row" class="code">${sha256.slice(0, 16)}…</th>
                  <td><bdi>${apps.get(app_id) ?? app_id}</bdi></td>
                  <td>${pages_messaging ? 'yes' : 'no'}</td>
                  <td>
                    ${revoked_at ? html`<span class="badge bad">revoked</span> ${time(revoked_at, dayAndTime)}` : expires_at ? time(expires_at, dayAndTime) : 'it is revoked'}
                  </td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  /** @param {Event} event */
  #create(event) {
    const { app, expires } = filledIn(event);
    return this.attempt(async () => {
      const { token } = await own('POST', `pages/${this.page}/tokens`, {
        app_id: app,
        ...(expires ? { expires_at: Date.parse(expires) } : {}),
      });
      this.made = token;
      await this.read();
    });
  }

  /** @param {Event} event */
  #revoke(event) {
    const { token } = filledIn(event);
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    return this.attempt(async () => {
      await own('DELETE', 'tokens', { token });
      form.reset();
      await this.read();
    }, 'It is good for nothing any more.');
  }
}

customElements.define('offhook-tokens', Tokens);
