import { html, nothing } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';

/** @typedef {import('../app.js').ConsumerApp} App */

/**
 * Asks for the token.
 *
 * @param {App} app
 */
export function signInView(app) {
  const { enter } = app.doors;
  if (!enter) return html`<main class="alone"></main>`; // The site that frames it says who one is.
  return html`
    <main class="alone">
      <section class="card">
        <span class="badge-icon">${icon('handset')}</span>
        <h1>${app.texts.say('sign_in')}</h1>
        <p class="hint">${app.texts.say('sign_in_details')}</p>
        ${codeForm(app, enter)}
      </section>
    </main>
  `;
}

/**
 * There is no way back to the server, and why.
 *
 * @param {App} app
 * @param {import('../channel.js').Closed} why
 */
export function closedView(app, why) {
  const { enter } = app.doors;
  const byCode = enter && (why === 'unknown_token' || why === 'other_page');
  return html`
    <main class="alone">
      <section class="card" data-closed=${why}>
        <span class="badge-icon">${icon('handset')}</span>
        <h1 role="alert">${app.texts.say(`closed_${why}`)}</h1>
        ${byCode ? codeForm(app, enter) : nothing}
        ${why === 'unknown_token' || why === 'other_page'
          ? nothing
          : html`<button class="pill primary" id="load-again" @click=${() => location.reload()}>${app.texts.say('load_again')}</button>`}
      </section>
    </main>
  `;
}

/**
 * @param {App} app
 * @param {(token: string) => void} enter
 */
function codeForm({ texts }, enter) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const token = /** @type {HTMLFormElement} */ (event.currentTarget).token.value.trim();
    if (token) enter(token);
  };
  return html`
    <form @submit=${submit}>
      <label class="field">
        <span>${texts.say('code')}</span>
        <input class="box" id="code" name="token" autocomplete="off" spellcheck="false" dir="ltr" required />
      </label>
      <button class="pill primary">${texts.say('open')}</button>
    </form>
  `;
}
