import { html, nothing } from '../../vendor/lit.js';
import { KINDS } from '../requests.js';

/** @typedef {import('./requests.js').Requests} Requests */

/**
 * What to send, and for whom.
 *
 * @param {Requests} view
 */
export function whatView(view) {
  const { words, token } = KINDS[view.kind];
  const choose = (/** @type {Event} */ { target }) => {
    const { name, value } = /** @type {HTMLInputElement | HTMLSelectElement} */ (target);
    if (name === 'call') void view.chooseCall(value.trim());
    else view.choose(name, value);
  };
  return html`
    <fieldset class="known-values" @change=${choose}>
      <legend class="unseen">What to send</legend>
      <label class="field wide">
        <span>Request</span>
        <select class="box" name="kind">
          ${GROUPS.map((group) => groupView(group, view.kind))}
        </select>
      </label>
      <p class="hint wide">${words}</p>
      ${chosen(view, 'page', 'Page', view.pages)} ${chosen(view, 'app', 'As app', view.apps)} ${written(view, 'psid', 'Consumer (psid)')}
      ${written(view, 'call', 'Call')}
    </fieldset>
    <label class="field">
      <span>${TOKENS[token]}</span>
      <input class="box code" name="token" type="password" autocomplete="off" ?required=${token === 'app'} />
    </label>
  `;
}

/**
 * The request itself, to be written over.
 *
 * @param {Requests} view
 */
export function bodyView(view) {
  const { offers, body } = KINDS[view.kind];
  const write = (/** @type {Event} */ { target }) => {
    const { name, value } = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (target);
    view.write(name === 'path' ? { path: value } : { body: value });
  };
  return html`
    <label class="field">
      <span>${view.method}</span>
      <input class="box code" name="path" .value=${view.path} @input=${write} spellcheck="false" />
    </label>
    ${
      body
        ? html`
            <label class="field">
              <span>Body</span>
              <textarea class="box code" name="body" rows="14" .value=${view.body} @input=${write} spellcheck="false"></textarea>
            </label>
          `
        : nothing
    }
    ${view.notices()}
    <p class="buttons">
      <button class="pill slim primary" id="send" ?disabled=${view.isBusy}>Send</button>
      ${offers ? html`<span class="hint">${OFFERS}</span>` : nothing}
    </p>
  `;
}

/**
 * @param {string} group
 * @param {string} chosen
 */
function groupView(group, chosen) {
  const kinds = Object.entries(KINDS).filter(([, kind]) => kind.group === group);
  return html`
    <optgroup label=${group}>
      ${kinds.map(([id, { name }]) => html`<option value=${id} ?selected=${id === chosen}>${name}</option>`)}
    </optgroup>
  `;
}

/**
 * @param {Requests} view
 * @param {'page' | 'app'} name
 * @param {string} label
 * @param {{id: string, name: string}[]} all
 */
function chosen(view, name, label, all) {
  return html`
    <label class="field">
      <span>${label}</span>
      <select class="box" name=${name}>
        ${all.map((one) => html`<option value=${one.id} ?selected=${one.id === view.known[name]}>${one.name}</option>`)}
      </select>
    </label>
  `;
}

/**
 * @param {Requests} view
 * @param {'psid' | 'call'} name
 * @param {string} label
 */
function written(view, name, label) {
  return html`
    <label class="field">
      <span>${label}</span>
      <input class="box code" name=${name} .value=${view.known[name]} autocomplete="off" spellcheck="false" />
    </label>
  `;
}

const GROUPS = [...new Set(Object.values(KINDS).map(({ group }) => group))];

const TOKENS = {
  page: 'Page access token; left empty, the console makes one for 15 minutes',
  app: 'App access token: the app’s id, | and its secret',
};

const OFFERS = html`With an empty <code>sdp</code> this tab makes the offer and is the business in the call, in silence. The programs beside
  this show such an offer in full: put your client’s in its place, or no media comes.`;
