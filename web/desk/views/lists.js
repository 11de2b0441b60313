import { html, repeat } from '../../vendor/lit.js';
import { initials } from '../../kit/initials.js';
import { callButton } from './call-button.js';
import { historyView } from './history.js';

/** @typedef {import('../app.js').DeskApp} App */
/** @typedef {import('../app.js').List} List */
/** @typedef {import('../channel.js').Consumer} Consumer */

/**
 * What an agent can look up.
 *
 * @param {App} app
 */
export function listsView(app) {
  const { texts } = app;
  return html`
    <section class="lists" aria-label=${texts.say('lists')}>
      <div class="tabs" role="tablist" aria-label=${texts.say('lists')} @keydown=${(/** @type {KeyboardEvent} */ event) => step(app, event)}>
        ${LISTS.map(
          (list) => html`<button
            role="tab"
            id=${`tab-${list}`}
            aria-selected=${app.list === list}
            aria-controls="list"
            tabindex=${app.list === list ? 0 : -1}
            @click=${() => app.open(list)}
          >
            ${texts.say(`list_${list}`)}
          </button>`,
        )}
      </div>
      <div class="list" id="list" role="tabpanel" aria-labelledby=${`tab-${app.list}`} tabindex="0">${VIEWS[app.list](app)}</div>
    </section>
  `;
}

/**
 * The arrow keys go from tab to tab, the way that they point.
 *
 * @param {App} app
 * @param {KeyboardEvent} event
 */
function step(app, { key }) {
  if (key !== 'ArrowRight' && key !== 'ArrowLeft') return;
  const isOnward = (key === 'ArrowRight') === (app.texts.direction === 'ltr');
  const by = isOnward ? 1 : LISTS.length - 1;
  const next = LISTS[(LISTS.indexOf(app.list) + by) % LISTS.length];
  app.open(next);
  document.getElementById(`tab-${next}`)?.focus();
}

/** @param {App} app */
function consumersView(app) {
  const { texts, pages, page, wanted, consumers } = app;
  const search = (/** @type {Event} */ event) => {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    app.search(String(data.get('page')), String(data.get('text')));
  };
  return html`
    <form class="search" @submit=${search} @change=${search} @input=${search}>
      <label class="field">
        <span>${texts.say('page')}</span>
        <select class="box" id="page" name="page">
          ${pages.map(({ id, name }) => html`<option value=${id} ?selected=${id === page}>${name}</option>`)}
        </select>
      </label>
      <label class="field">
        <span>${texts.say('search')}</span>
        <input class="box" id="search" name="text" type="search" autocomplete="off" .value=${wanted} />
      </label>
    </form>
    ${consumers?.length === 0 ? html`<p class="hint nothing">${texts.say('consumers_none')}</p>` : ''}
    <ul>
      ${repeat(consumers ?? [], ({ psid }) => psid, (consumer) => consumerView(app, consumer))}
    </ul>
  `;
}

/**
 * @param {App} app
 * @param {Consumer} consumer
 */
function consumerView(app, { psid, name, permission }) {
  const { texts, page, asked } = app;
  const { granted, expires_at } = permission;
  const ask = () => app.say({ type: 'request_permission', page, psid });
  return html`
    <li class="entry" data-psid=${psid}>
      <span class="avatar small" aria-hidden="true">${initials(name)}</span>
      <div class="about">
        <p class="entry-name"><bdi>${name}</bdi></p>
        <p class="quiet">${granted && expires_at ? texts.say('may_call', { day: texts.day(expires_at) }) : texts.say('may_not_call')}</p>
      </div>
      ${granted
        ? callButton(app, { page, psid, name })
        : html`<button class="pill slim" data-do="ask" aria-label=${texts.say('ask', { name })} ?disabled=${asked.has(psid)} @click=${ask}>
            ${texts.say(asked.has(psid) ? 'asked' : 'ask_short')}
          </button>`}
    </li>
  `;
}

/** @param {App} app */
function colleaguesView({ texts, phone }) {
  const { colleagues } = phone.board;
  if (!colleagues.length) return html`<p class="hint nothing">${texts.say('colleagues_none')}</p>`;
  return html`
    <ul>
      ${repeat(
        colleagues,
        ({ id }) => id,
        ({ id, name, state }) => html`
          <li class="entry" data-agent=${id}>
            <span class="avatar small" aria-hidden="true">${initials(name)}</span>
            <p class="about entry-name"><bdi>${name}</bdi></p>
            <span class=${`badge ${COLOURS[state]}`}>${texts.say(`presence_${state}`)}</span>
          </li>
        `,
      )}
    </ul>
  `;
}

const COLOURS = { free: 'good', busy: 'warn', away: '' };

/** @type {List[]} */
const LISTS = ['consumers', 'history', 'colleagues'];

/** @type {Record<List, (app: App) => unknown>} */
const VIEWS = { consumers: consumersView, history: historyView, colleagues: colleaguesView };
