import { html, nothing } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { initials } from '../../kit/initials.js';
import { openingSentence } from '../sentences.js';
import { showsCallButton } from '../settings.js';
import { LANGUAGES } from '../texts/languages.js';
import { loadTexts, rememberLanguage } from '../texts/load.js';

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
    <header class="head">
      <span class="avatar small" aria-hidden="true">${initials(pageName)}</span>
      <div class="who">
        <h1><bdi>${pageName || texts.say('title')}</bdi></h1>
        <p class="line" id="line" role="status" data-online=${isOnline}>${line(app)}</p>
        ${calls && !settings.open ? html`<p class="hours" id="hours">${openingSentence(texts, settings)}</p>` : nothing}
      </div>
      ${calls ? callButton(app, false) : nothing} ${calls && settings.video ? callButton(app, true) : nothing}
      <button class="icon plain" id="more" popovertarget="menu" aria-label=${texts.say('more')}>${icon('more')}</button>
      ${menu(app)}
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
function menu(app) {
  const { texts, ownName, doors } = app;
  return html`
    <div class="menu" id="menu" popover @beforetoggle=${place}>
      ${ownName ? html`<p class="hint signed-in">${texts.say('signed_in_as', { name: ownName })}</p>` : nothing}
      <button class="row" id="show-history" @click=${() => showHistory(app)}>${icon('history')} ${texts.say('history')}</button>
      <label class="row">
        ${icon('language')} <span class="unseen">${texts.say('language_choice')}</span>
        <select id="language" @change=${(/** @type {Event} */ event) => speak(app, event)}>
          ${LANGUAGES.map(
            (tag) => html`<option value=${tag} lang=${tag} ?selected=${texts.language.startsWith(tag)}>${languageName(tag)}</option>`,
          )}
        </select>
      </label>
      ${doors.leave ? html`<button class="row" id="sign-out" @click=${doors.leave}>${icon('leave')} ${texts.say('sign_out')}</button>` : nothing}
    </div>
  `;
}

/** The menu hangs below its button. @param {ToggleEvent} event */
function place(event) {
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  const button = document.getElementById('more')?.getBoundingClientRect();
  if (!button || event.newState !== 'open') return;
  menu.style.top = `${button.bottom + 4}px`;
  menu.style.insetInlineEnd = `${document.dir === 'rtl' ? button.left : innerWidth - button.right}px`;
}

/** @param {App} app */
function showHistory(app) {
  document.getElementById('menu')?.hidePopover();
  /** @type {HTMLDialogElement} */ (app.querySelector('#history')).showModal();
}

/**
 * @param {App} app
 * @param {Event} event
 */
async function speak(app, event) {
  rememberLanguage(/** @type {HTMLSelectElement} */ (event.currentTarget).value);
  app.texts = await loadTexts();
  document.getElementById('menu')?.hidePopover();
  app.requestUpdate();
}

/** Each language by its own name. @param {string} tag */
function languageName(tag) {
  return new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
}
