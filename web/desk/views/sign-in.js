import { html, nothing } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { languageChoice } from '../../kit/language-choice.js';

/** @typedef {import('../app.js').DeskApp} App */

/**
 * Asks an agent for name and secret.
 *
 * @param {App} app
 * @param {Exclude<import('../session.js').Answer, object> | null} why nobody is signed in; `null`: it is not known yet
 */
export function signInView(app, why) {
  const { texts } = app;
  if (why === null) return html`<main class="alone"><p class="hint" role="status">${texts.say('signing_in')}</p></main>`;
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    void app.signIn(String(data.get('name')), String(data.get('secret')));
  };
  return html`
    <main class="alone">
      <section class="card">
        <span class="badge-icon">${icon('handset')}</span>
        <h1>${texts.say('sign_in')}</h1>
        <p class="hint">${texts.say('sign_in_details')}</p>
        <form @submit=${submit}>
          ${why === 'nobody' ? nothing : html`<p class="problem" id="problem" role="alert">${texts.say(why === 'signed_out' ? 'closed_unknown_token' : `sign_in_${why}`)}</p>`}
          <label class="field">
            <span>${texts.say('name')}</span>
            <input class="box" id="name" name="name" autocomplete="username" .value=${app.link?.name ?? ''} required />
          </label>
          <label class="field">
            <span>${texts.say('secret')}</span>
            <input
              class="box"
              id="secret"
              name="secret"
              type="password"
              autocomplete="current-password"
              .value=${app.link?.secret ?? ''}
              required
            />
          </label>
          <button class="pill primary" id="sign-in">${texts.say('sign_in_button')}</button>
        </form>
        ${languageChoice(texts, () => app.speak())}
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
export function closedView({ texts }, why) {
  return html`
    <main class="alone">
      <section class="card" data-closed=${why}>
        <span class="badge-icon">${icon('handset')}</span>
        <h1 role="alert">${texts.say(`closed_${why}`)}</h1>
        <button class="pill primary" id="load-again" @click=${() => location.reload()}>${texts.say('load_again')}</button>
      </section>
    </main>
  `;
}
