import { html, nothing } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { initials } from '../../kit/initials.js';
import { languageChoice } from '../../kit/language-choice.js';
import { closeMenu, menuView } from '../../kit/menu.js';
import { askForNotices, mayAskForNotices } from '../../kit/ring-notice.js';
import { openingSentence } from '../sentences.js';
import { showsCallButton } from '../settings.js';
import { loadTexts } from '../texts/load.js';

/** @typedef {import('../app.js').ConsumerApp} App */

/**
 * Who the conversation is with, whether it is live, and the buttons that call.
 *
 * @param {App} app
 */
export function headView(app) {
  const { texts, settings, pageName, isOnline } = app;
  const calls = showsCallButton(settings);
  return html`
    <header class="head" ?inert=${app.isCovered}>
      <span class="avatar small" aria-hidden="true">${initials(pageName)}</span>
      <div class="who">
        <h1><bdi>${pageName || texts.say('title')}</bdi></h1>
        <p class="line" id="line" role="status" data-online=${isOnline}>${line(app)}</p>
        ${calls && !settings.open ? html`<p class="hours" id="hours">${openingSentence(texts, settings)}</p>` : nothing}
      </div>
      ${calls ? callButton(app, false) : nothing} ${calls && settings.video ? callButton(app, true) : nothing}
      ${menuView(texts.say('more'), menuRows(app))}
    </header>
  `;
}

/** @param {App} app */
function line({ texts, isOnline, pageName }) {
  if (isOnline) return texts.say('online');
  return texts.say(pageName ? 'reconnecting' : 'connecting');
}

/**
 * @param {App} app
 * @param {boolean} video
 */
function callButton(app, video) {
  const { texts, settings, phone, isOnline } = app;
  return html`
    <button
      class="icon"
      id=${video ? 'call-video' : 'call'}
      aria-label=${texts.say(video ? 'call_video' : 'call')}
      ?disabled=${!settings.open || phone.isLive || !isOnline}
      @click=${() => app.dial(video)}
    >
      ${video ? icon('camera') : icon('handset', 'pick-up')}
    </button>
  `;
}

/** @param {App} app */
function menuRows(app) {
  const { texts, ownName, doors } = app;
  return html`
    ${ownName ? html`<p class="hint signed-in">${texts.say('signed_in_as', { name: ownName })}</p>` : nothing}
    <button class="row" id="show-history" @click=${() => showHistory(app)}>${icon('history')} ${texts.say('history')}</button>
    ${mayAskForNotices() ? html`<button class="row" id="notify" @click=${() => notify(app)}>${icon('bell')} ${texts.say('notify')}</button>` : nothing}
    ${languageChoice(texts, () => speak(app))}
    ${doors.leave ? html`<button class="row" id="sign-out" @click=${doors.leave}>${icon('leave')} ${texts.say('sign_out')}</button>` : nothing}
  `;
}

/** @param {App} app */
async function notify(app) {
  closeMenu();
  await askForNotices();
  app.requestUpdate();
}

/** @param {App} app */
function showHistory(app) {
  closeMenu();
  /** @type {HTMLDialogElement} */ (app.querySelector('#history')).showModal();
}

/** @param {App} app */
async function speak(app) {
  app.texts = await loadTexts();
  closeMenu();
  app.requestUpdate();
}
