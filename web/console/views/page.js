import { html, nothing } from '../../vendor/lit.js';
import { to } from '../address.js';
import { list, own } from '../api.js';
import { filledIn, View } from '../view.js';
import './agents.js';
import './call-settings.js';
import './consumers.js';
import './tokens.js';

/** `<offhook-page>`: one Page: its call settings, its consumers, who answers and who may act for it, and where it is embedded. */
class PageView extends View {
  static properties = { page: { attribute: false }, shown: { attribute: false } };

  constructor() {
    super();
    this.page = '';
    /** @type {string | undefined} */
    this.shown = undefined;
  }

  /** @type {import('../api.js').Page | null} */
  found = null;
  /** @type {import('../api.js').App[]} */
  apps = [];

  async read() {
    [this.found, this.apps] = await Promise.all([own('GET', `pages/${encodeURIComponent(this.page)}`), list('apps')]);
  }

  render() {
    const { found, apps } = this;
    if (!found)
      return html`<section>
        <header class="title"><h1>Page</h1></header>
        ${this.notices()}
      </section>`;
    const part = PARTS[this.shown ?? ''] ?? PARTS.consumers;
    return html`
      <section>
        <p class="crumb"><a href=${to('pages')}>Pages</a> / <span class="code">${found.id}</span></p>
        <header class="title">
          <h1><bdi>${found.name}</bdi></h1>
          <a class="pill slim" href="${to('calls')}?page=${found.id}">Its calls</a>
        </header>
        <nav class="tabs" aria-label="What of the Page">
          ${Object.entries(PARTS).map(
            ([path, { name }]) =>
              html`<a href=${to('pages', this.page, path)} aria-current=${PARTS[path] === part ? 'page' : nothing}>${name}</a>`,
          )}
        </nav>
        ${this.notices()} ${part.show(this, found, apps)}
      </section>
    `;
  }
}

customElements.define('offhook-page', PageView);

/**
 * @param {PageView} view
 * @param {import('../api.js').Page} page
 */
function embeddingView(view, page) {
  const change = (/** @type {Event} */ event) => {
    const origins = filledIn(event).origins.split(/\s+/).filter(Boolean);
    return view.attempt(async () => {
      view.found = await own('PATCH', `pages/${page.id}`, { embed_origins: origins });
    }, 'From now on these sites may embed the conversations of the Page.');
  };
  return html`
    <form class="stack" @submit=${change}>
      <label class="field">
        <span>Sites that may show the Page’s conversations within their own, one a line</span>
        <textarea
          class="box code"
          name="origins"
          rows="6"
          placeholder="https://shop.example"
          .value=${page.embed_origins.join('\n')}
        ></textarea>
      </label>
      <button class="pill slim primary" ?disabled=${view.isBusy}>Save</button>
    </form>
  `;
}

/** @type {Record<string, {name: string, show: (view: PageView, page: import('../api.js').Page, apps: import('../api.js').App[]) => unknown}>} */
const PARTS = {
  consumers: { name: 'Consumers', show: (_, { id }, apps) => html`<offhook-consumers .page=${id} .apps=${apps}></offhook-consumers>` },
  settings: {
    name: 'Call settings',
    show: (_, { id }, apps) => html`<offhook-call-settings .page=${id} .apps=${apps}></offhook-call-settings>`,
  },
  agents: { name: 'Agents', show: (_, { id }) => html`<offhook-agents .page=${id}></offhook-agents>` },
  tokens: { name: 'Tokens', show: (_, { id }, apps) => html`<offhook-tokens .page=${id} .apps=${apps}></offhook-tokens>` },
  embedding: { name: 'Embedding', show: embeddingView },
};
