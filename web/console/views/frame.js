import { html, keyed, nothing } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { ROOT, to } from '../address.js';

/** @typedef {import('../app.js').ConsoleApp} App */
/** @typedef {{name: string, icon: string, show: (app: App) => unknown, isOfSandbox?: boolean}} View */

/**
 * What the console shows, by the first part of the address.
 *
 * @type {Record<string, View>}
 */
const VIEWS = {
  calls: {
    name: 'Calls',
    icon: 'handset',
    show: ({ address: { of, query }, isSandbox }) =>
      of[0]
        ? html`<offhook-call .call=${of[0]} .shown=${of[1]} .isSandbox=${isSandbox}></offhook-call>`
        : html`<offhook-calls .query=${query.toString()}></offhook-calls>`,
  },
  webhooks: {
    name: 'Webhooks',
    icon: 'bell',
    show: ({ address: { of, query } }) =>
      of[0]
        ? html`<offhook-webhook .delivery=${of[0]}></offhook-webhook>`
        : html`<offhook-webhooks .query=${query.toString()}></offhook-webhooks>`,
  },
  pages: {
    name: 'Pages',
    icon: 'shop',
    show: ({ address: { of } }) =>
      of[0] ? html`<offhook-page .page=${of[0]} .shown=${of[1]}></offhook-page>` : html`<offhook-pages></offhook-pages>`,
  },
  apps: {
    name: 'Apps',
    icon: 'blocks',
    show: ({ address: { of } }) => (of[0] ? html`<offhook-app .app=${of[0]}></offhook-app>` : html`<offhook-apps></offhook-apps>`),
  },
  requests: {
    name: 'Requests',
    icon: 'code',
    show: ({ address: { query } }) => html`<offhook-requests .query=${query.toString()}></offhook-requests>`,
  },
  sandbox: { name: 'Sandbox', icon: 'flask', isOfSandbox: true, show: () => html`<offhook-sandbox></offhook-sandbox>` },
};

/**
 * The console's frame: where one can go, and the view that the address names.
 *
 * @param {App} app
 */
export function frameView(app) {
  const { view } = app.address;
  const shown = VIEWS[view];
  document.title = `${shown?.name ?? 'Not found'} · Offhook console`;
  return html`
    <div class="console">
      <header class="rail">
        <a class="brand" href=${to('calls')}><span class="mark" aria-hidden="true">${icon('handset')}</span> Offhook</a>
        <nav aria-label="Console">
          ${Object.entries(VIEWS)
            .filter(([, { isOfSandbox }]) => !isOfSandbox || app.isSandbox)
            .map(
              ([path, { name, icon: picture }]) => html`
                <a href=${to(path)} aria-current=${path === view ? 'page' : nothing}>${icon(picture)} <span>${name}</span></a>
              `,
            )}
        </nav>
        <a class="row" href=${new URL('docs', ROOT).href}>${icon('book')} <span>Documentation</span></a>
        <button class="row" id="sign-out" @click=${() => app.leave()}>${icon('leave')} <span>Sign out</span></button>
      </header>
      <main id="view" tabindex="-1">${shown ? keyed(`${view}/${app.address.of[0]}`, shown.show(app)) : nowhere()}</main>
    </div>
  `;
}

function nowhere() {
  return html`
    <section class="empty">
      <h1>There is nothing here</h1>
      <p>The address may be mistyped, or from another version. <a href=${to('calls')}>See the calls</a></p>
    </section>
  `;
}
