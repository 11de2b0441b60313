import { html } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { signIn } from '../api.js';
import { filledIn } from '../view.js';

/**
 * The door: nothing of the console is shown before the operator has signed in.
 *
 * @param {import('../app.js').ConsoleApp} app
 */
export function signInView(app) {
  const enter = async (/** @type {Event} */ event) => {
    const { token } = filledIn(event);
    if (await app.attempt(() => signIn(token))) await app.load();
  };
  return html`
    <main class="door">
      <form class="card" @submit=${enter}>
        <span class="mark" aria-hidden="true">${icon('handset')}</span>
        <h1>Offhook console</h1>
        <p class="hint">Sign in with the server's admin token. It stands in its configuration; <code>offhook dev</code> prints it.</p>
        <label class="field"
          ><span>Admin token</span><input class="box" name="token" type="password" autocomplete="current-password" required
        /></label>
        ${app.notices()}
        <button class="pill primary" ?disabled=${app.isBusy}>Sign in</button>
      </form>
    </main>
  `;
}
