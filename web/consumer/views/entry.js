import { html, nothing } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { callSentence, openingSentence } from '../sentences.js';
import { showsCallButton } from '../settings.js';

/**
 * @typedef {import('../app.js').ConsumerApp} App
 * @typedef {import('../thread.js').Entry} Entry
 * @typedef {import('../thread.js').Button} Button
 */

/**
 * What stands in one entry of the thread.
 *
 * @param {App} app
 * @param {Entry} entry
 */
export function contentView(app, { id, kind }) {
  switch (kind.type) {
    case 'text':
      return html`<p dir="auto">${withLinks(kind.text)}</p>`;
    case 'call':
      return callView(app, kind);
    case 'permission_request':
      return permissionRequestView(app, id, kind);
    case 'call_prompt':
      return html`<p class="title">${app.texts.say('prompt')}</p>${callButton(app, id, app.texts.say('call'), kind.expires_at)}`;
    case 'template':
      return elementsOf(kind).map((element) => elementView(app, id, element));
  }
}

/**
 * @param {App} app
 * @param {import('../thread.js').Call} call
 */
function callView(app, call) {
  const { texts, settings, phone, isOnline } = app;
  const canRedial = settings.open && !phone.isLive && isOnline;
  return html`
    <p class="title with-icon">${icon(call.direction === 'user_initiated' ? 'outgoing' : 'incoming')} ${callSentence(texts, call)}</p>
    ${showsCallButton(settings)
      ? html`<button class="pill slim" ?disabled=${!canRedial} @click=${() => app.dial(false)}>${texts.say('call_again')}</button>`
      : nothing}
  `;
}

/**
 * @param {App} app
 * @param {string} id
 * @param {Extract<import('../thread.js').Kind, {type: 'permission_request'}>} request
 */
function permissionRequestView(app, id, { reply, expires_at }) {
  const { texts, pageName, isOnline } = app;
  const asked = html`<p class="title with-icon">${icon('handset', 'pick-up')} ${texts.say('permission_question')}</p>`;
  if (reply) return html`${asked}<p class="quiet">${texts.say(reply === 'approve' ? 'permission_accepted' : 'permission_declined')}</p>`;
  if (Date.now() >= expires_at) return html`${asked}<p class="quiet">${texts.say('permission_expired')}</p>`;
  const answer = (/** @type {'approve' | 'reject'} */ response) => () => app.say({ type: 'permission_reply', entry: id, response });
  return html`
    ${asked}
    <p class="quiet">${texts.say('permission_details', { name: pageName })}</p>
    <div class="choices">
      <button class="pill slim" ?disabled=${!isOnline} @click=${answer('reject')}>${texts.say('decline')}</button>
      <button class="pill slim primary" ?disabled=${!isOnline} @click=${answer('approve')}>${texts.say('accept')}</button>
    </div>
  `;
}

/**
 * A button template is a card without a subtitle.
 *
 * @param {import('../thread.js').Template} template
 * @returns {import('../thread.js').Element[]}
 */
function elementsOf(template) {
  return 'elements' in template ? template.elements : [{ title: template.text, buttons: template.buttons }];
}

/**
 * @param {App} app
 * @param {string} id
 * @param {import('../thread.js').Element} element
 */
function elementView(app, id, { title, subtitle, image_url, buttons = [] }) {
  return html`
    ${image_url?.startsWith('https://')
      ? html`<img src=${image_url} alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" @error=${leaveOut} />`
      : nothing}
    <p class="title" dir="auto">${title}</p>
    ${subtitle ? html`<p class="quiet" dir="auto">${subtitle}</p>` : nothing} ${buttons.map((button) => buttonView(app, id, button))}
  `;
}

/**
 * @param {App} app
 * @param {string} id
 * @param {Button} button
 */
function buttonView(app, id, button) {
  switch (button.type) {
    case 'audio_call':
      return callButton(app, id, button.title, button.expires_at);
    case 'postback': {
      const tap = () => app.say({ type: 'postback', entry: id, payload: button.payload });
      return html`<button class="pill slim" dir="auto" ?disabled=${!app.isOnline} @click=${tap}>${button.title}</button>`;
    }
    case 'web_url':
      return leadsOut(button.url)
        ? html`<a class="pill slim" dir="auto" href=${button.url} target="_blank" rel="noopener noreferrer">${button.title}</a>`
        : nothing;
  }
}

/**
 * @param {App} app
 * @param {string} id
 * @param {string} title
 * @param {number} expiresAt
 */
function callButton(app, id, title, expiresAt) {
  const { texts, settings, phone, isOnline } = app;
  const isExpired = Date.now() >= expiresAt;
  const words = isExpired ? texts.say('prompt_expired', { title }) : settings.open ? title : openingSentence(texts, settings);
  const isOff = isExpired || !settings.open || !settings.audio || phone.isLive || !isOnline;
  return html`
    <button class="pill slim" dir="auto" ?disabled=${isOff} @click=${() => app.dial(false, id)}>${icon('handset', 'pick-up')} ${words}</button>
  `;
}

/**
 * A text with the addresses in it as links. What follows an address is not of it: a full stop, a bracket that it does not open.
 *
 * @param {string} text
 */
function withLinks(text) {
  return text.split(ADDRESS).map((part, index) =>
    // Every second part is what the pattern found.
    index % 2 === 1 && leadsOut(part) ? html`<a href=${part} target="_blank" rel="noopener noreferrer">${part}</a>` : part,
  );
}

const ADDRESS = /(https?:\/\/[^\s<>"]+(?<![.,;:!?'’)\]}]))/i;

/** A link to a page, and not to a script or a program. @param {string} url */
function leadsOut(url) {
  return URL.canParse(url) && ['https:', 'http:'].includes(new URL(url).protocol);
}

/** @param {Event} event */
function leaveOut({ currentTarget }) {
  /** @type {HTMLElement} */ (currentTarget).hidden = true;
}
