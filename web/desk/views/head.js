import { html } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { initials } from '../../kit/initials.js';
import { languageChoice } from '../../kit/language-choice.js';
import { menuView } from '../../kit/menu.js';
import { askForNotices } from '../../kit/ring-notice.js';

/**
 * Who is here, whether they take calls, in which language, and the way out.
 *
 * @param {import('../app.js').DeskApp} app
 */
export function headView(app) {
  const { texts, name, isOnline, phone } = app;
  const { free } = phone.board;
  const change = (/** @type {Event} */ event) => {
    const { checked } = /** @type {HTMLInputElement} */ (event.currentTarget);
    app.say({ type: 'free', free: checked });
    if (checked) void askForNotices();
  };
  return html`
    <header class="head">
      <span class="avatar small" aria-hidden="true">${initials(name)}</span>
      <div class="who">
        <h1><bdi>${name || texts.say('title')}</bdi></h1>
        <p class="line" id="line" role="status" data-online=${isOnline}>${texts.say(isOnline ? 'online' : 'reconnecting')}</p>
      </div>
      <label class="switch">
        <input type="checkbox" role="switch" id="free" .checked=${free} ?disabled=${!isOnline} @change=${change} />
        <span>${texts.say('free')}</span>
      </label>
      ${menuView(texts.say('more'), menuRows(app))}
    </header>
  `;
}

/** @param {import('../app.js').DeskApp} app */
function menuRows(app) {
  return html`
    ${languageChoice(app.texts, () => app.speak())}
    <button class="row" id="sign-out" ?disabled=${app.phone.call?.mine === true} @click=${() => app.signOut()}>${icon('leave')} ${app.texts.say('sign_out')}</button>
  `;
}
