import { allowCall, openingSentence } from './call-button.js';
import { clock } from './call-timer.js';
import { make } from './page.js';

/**
 * @typedef {import('./thread.js').Entry} Entry
 * @typedef {import('./thread.js').Kind} Kind
 * @typedef {import('./thread.js').Button} Button
 * @typedef {import('./thread.js').Acts} Acts
 * @typedef {import('./call-button.js').Settings} Settings
 */

/**
 * One entry of the thread as it is shown.
 *
 * @param {Entry} entry
 * @param {Settings} settings
 * @param {Acts} acts
 */
export function card(entry, settings, acts) {
  const parts = content(entry, entry.kind, settings, acts);
  const time = new Date(entry.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const item = make('li', { className: 'entry' }, ...parts, make('time', {}, time));
  Object.assign(item.dataset, { from: entry.from, kind: entry.kind.type, entry: entry.id });
  return item;
}

/**
 * @param {Entry} entry
 * @param {Kind} kind
 * @param {Settings} settings
 * @param {Acts} acts
 * @returns {HTMLElement[]}
 */
function content({ id }, kind, settings, acts) {
  const press = (/** @type {string} */ title, /** @type {() => void} */ act) =>
    make('button', { className: 'pill', type: 'button', onclick: act }, title);
  const callOn = (/** @type {string} */ title, /** @type {boolean} */ allowed, /** @type {() => void} */ act = () => {}) => {
    const button = press(title, act);
    allowCall(button, allowed);
    return button;
  };
  switch (kind.type) {
    case 'text':
      return [make('p', {}, kind.text)];
    case 'call': {
      const redial = callOn('Call again', settings.open, () => acts.dial(false));
      return [make('p', { className: 'title' }, callTitle(kind)), ...(settings.audio && settings.icon ? [redial] : [])];
    }
    case 'permission_request': {
      const asked = make('p', { className: 'title' }, 'May we call you?');
      const said = (/** @type {string} */ text) => [asked, make('p', { className: 'quiet' }, text)];
      if (kind.reply) return said(kind.reply === 'approve' ? 'You accepted.' : 'You declined.');
      if (Date.now() >= kind.expires_at) return said('You did not answer.');
      const reply = (/** @type {'approve' | 'reject'} */ response) => () =>
        acts.say({ type: 'permission_reply', entry: id, response });
      return [asked, make('div', { className: 'choices' }, press('Decline', reply('reject')), press('Accept', reply('approve')))];
    }
    case 'call_prompt':
      return [make('p', { className: 'title' }, 'Call us'), callButton('Call', kind.expires_at)];
    case 'template':
      return elementsOf(kind).flatMap(({ title, subtitle, buttons = [] }) => [
        make('p', { className: 'title' }, title),
        ...(subtitle ? [make('p', { className: 'quiet' }, subtitle)] : []),
        ...buttons.map(templateButton),
      ]);
  }

  /**
   * @param {string} title
   * @param {number} expiresAt
   */
  function callButton(title, expiresAt) {
    if (Date.now() >= expiresAt) return callOn(`${title} · expired`, false);
    if (!settings.open) return callOn(openingSentence(settings), false);
    return callOn(title, settings.audio, () => acts.dial(false, id));
  }

  /** @param {Button} button */
  function templateButton(button) {
    switch (button.type) {
      case 'audio_call':
        return callButton(button.title, button.expires_at);
      case 'postback':
        return press(button.title, () => acts.say({ type: 'postback', entry: id, payload: button.payload }));
      case 'web_url':
        return make('a', { className: 'pill', href: button.url, target: '_blank', rel: 'noopener noreferrer' }, button.title);
    }
  }
}

/**
 * A button template is a card without a subtitle.
 *
 * @param {import('./thread.js').Template} template
 * @returns {import('./thread.js').Element[]}
 */
function elementsOf(template) {
  return 'elements' in template ? template.elements : [{ title: template.text, buttons: template.buttons }];
}

/** @param {Extract<Kind, {type: 'call'}>} call */
function callTitle({ direction, outcome, seconds }) {
  if (outcome === 'completed') return `Call · ${clock(seconds)}`;
  return direction === 'business_initiated' ? 'Missed call' : 'Not answered';
}
