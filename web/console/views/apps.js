import { html, nothing } from '../../vendor/lit.js';
import { to } from '../address.js';
import { list, own } from '../api.js';
import { copyButton } from '../copy.js';
import { dayAndTime, time } from '../said.js';
import { View, filledIn } from '../view.js';

/** `<offhook-apps>`: the apps of the server, and a new one. */
class Apps extends View {
  /** @type {import('../api.js').App[] | null} */
  apps = null;
  /** The one that was just made. @type {{id: string, secret: string} | null} */
  made = null;

  async read() {
    this.apps = await list('apps');
  }

  render() {
    return html`
      <section>
        <header class="title"><h1>Apps</h1></header>
        ${this.notices()}
        ${this.made ? html`<p class="secret">App <code>${this.made.id}</code>; its secret is shown only now: <code class="wrap">${this.made.secret}</code> ${copyButton(this.made.secret)}</p>` : nothing}
        ${this.apps?.length === 0 ? html`<p class="empty">An app is an integration: it acts for Pages and gets their webhooks. Make the first one below.</p>` : nothing}
        <ul class="cards">
          ${this.apps?.map(
            ({ id, name, created_at }) => html`
              <li>
                <a class="card" href=${to('apps', id)}
                  ><strong class="cut"><bdi>${name}</bdi></strong
                  ><span class="code">${id}</span><span class="hint">since ${time(created_at, dayAndTime)}</span></a
                >
              </li>
            `,
          )}
        </ul>
        <form class="inline" @submit=${(/** @type {Event} */ event) => this.#create(event)}>
          <label class="field"><span>New app</span><input class="box" name="name" placeholder="Its name" required /></label>
          <button class="pill slim primary" ?disabled=${this.isBusy}>Create</button>
        </form>
      </section>
    `;
  }

  /** @param {Event} event */
  #create(event) {
    const { name } = filledIn(event);
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    return this.attempt(async () => {
      this.made = await own('POST', 'apps', { name });
      form.reset();
      await this.read();
    });
  }
}

customElements.define('offhook-apps', Apps);
