import { element } from './page.js';

/**
 * One event of a call, as webhooks carry it.
 *
 * @typedef {object} CallEvent
 * @property {string} id
 * @property {'connect' | 'call_status' | 'media_update' | 'terminate'} event
 * @property {string} [call_status]
 * @property {string} [status]
 * @property {number} [duration]
 * @property {import('./business-call.js').Renegotiation} [session]
 */

/** The most webhooks that the list keeps. */
const SHOWN_MAX = 50;

/**
 * Shows webhooks as they arrive and hands on the call events of those whose signature holds.
 *
 * @param {(event: CallEvent) => void} onEvent
 */
export function followWebhooks(onEvent) {
  const source = new EventSource('/demo/webhooks');
  const feed = element('feed');
  source.addEventListener('open', () => (feed.dataset.live = 'true'));
  source.addEventListener('error', () => (feed.dataset.live = 'false'));
  source.addEventListener('webhook', ({ data }) => {
    const { verified, body } = JSON.parse(data);
    /** @type {CallEvent[]} */
    const events = (body?.entry ?? []).flatMap((/** @type {{calls?: CallEvent[]}} */ entry) => entry.calls ?? []);
    show(events, verified, body);
    if (verified) events.forEach(onEvent);
  });
}

/**
 * @param {CallEvent[]} events
 * @param {boolean} verified
 * @param {object | null} body
 */
function show(events, verified, body) {
  const list = element('webhooks');
  const template = /** @type {HTMLTemplateElement} */ (element('webhook'));
  const item = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const row = /** @type {HTMLElement} */ (item.firstElementChild);
  const fill = (/** @type {string} */ part, /** @type {string} */ text) => {
    const place = row.querySelector(`[data-part=${part}]`);
    if (place) place.textContent = text;
  };
  row.dataset.event = events.map(({ event }) => event).join(' ');
  row.dataset.verified = String(verified);
  fill('name', events.map(title).join(', ') || 'other');
  fill('time', new Date().toLocaleTimeString());
  fill('signature', verified ? 'signature ok' : 'signature wrong');
  fill('body', JSON.stringify(body, null, 2));
  list.prepend(item);
  while (list.children.length > SHOWN_MAX) list.lastElementChild?.remove();
  element('no-webhooks').hidden = true;
}

/** @param {CallEvent} event */
function title({ event, call_status, status, session, duration }) {
  const details = [call_status, status, session && `version ${session.version}`, duration && `${duration} s`];
  return [event, ...details.filter(Boolean)].join(' · ');
}
