import { html } from '../../vendor/lit.js';
import { go, to } from '../address.js';
import { list, own } from '../api.js';
import { dayAndTime, time } from '../said.js';
import { View, filledIn } from '../view.js';

/** `<offhook-pages>`: the Pages of the server, and a new one. */
class Pages extends View {
  /** @type {import('../api.js').Page[] | null} */
  pages = null;

  async read() {
    this.pages = await list('pages');
  }

  render() {
    const create = (/** @type {Event} */ event) => {
      const { name } = filledIn(event);
      return this.attempt(async () => {
        const { id } = await own('POST', 'pages', { name });
        go(to('pages', id));
      });
    };
    return html`
      <section>
        <header class="title"><h1>Pages</h1></header>
        ${this.notices()}
        ${this.pages?.length === 0 ? html`<p class="empty">A Page is a business that consumers know. Make the first one below.</p>` : ''}
        <ul class="cards">
          ${this.pages?.map(
            ({ id, name, created_at }) => html`
              <li>
                <a class="card" href=${to('pages', id)}
                  ><strong class="cut"><bdi>${name}</bdi></strong
                  ><span class="code">${id}</span><span class="hint">since ${time(created_at, dayAndTime)}</span></a
                >
              </li>
            `,
          )}
        </ul>
        <form class="inline" @submit=${create}>
          <label class="field"
            ><span>New Page</span><input class="box" name="name" placeholder="Its name, as consumers see it" required
          /></label>
          <button class="pill slim primary" ?disabled=${this.isBusy}>Create</button>
        </form>
      </section>
    `;
  }
}

customElements.define('offhook-pages', Pages);
