import { element } from './page.js';

/**
 * One event of a call, as webhooks carry it.
 *
 * @typedef {object} CallEvent
 * @property {string} id
 * @property {'connect' | 'call_status' | 'media_update' | 'terminate'} event
 * @property {'user_initiated' | 'business_initiated'} [call_direction]
 * @property {string} [from]
 * @property {string} [call_status]
 * @property {string} [status]
 * @property {number} [duration]
 * @property {import('./business-call.js').Renegotiation} [session]
 */

/**
 * An entry of the envelope: events of calls, of the conversation, of permissions, of the settings.
 *
 * @typedef {object} Entry
 * @property {CallEvent[]} [calls]
 * @property {{message?: {text: string}, postback?: {title: string}}[]} [messaging]
 * @property {{response: string}} [call_permission_reply]
 * @property {object} [call_settings]
 */

/** @typedef {{call: (event: CallEvent) => void, permission: () => void, settings: () => void}} Listener */

/** The most webhooks that the list keeps. */
const SHOWN_MAX = 50;

/**
 * Shows webhooks as they arrive and hands on what is in those whose signature holds.
 *
 * @param {Listener} listener
 */
export function followWebhooks(listener) {
  const source = new EventSource('/demo/webhooks');
  const feed = element('feed');
  source.addEventListener('open', () => (feed.dataset.live = 'true'));
  source.addEventListener('error', () => (feed.dataset.live = 'false'));
  source.addEventListener('webhook', ({ data }) => {
    const { verified, body } = JSON.parse(data);
    /** @type {Entry[]} */
    const entries = body?.entry ?? [];
    show(entries.flatMap(described), verified, body);
    if (verified) entries.forEach((entry) => handOn(entry, listener));
  });
}

/**
 * @param {Entry} entry
 * @param {Listener} listener
 */
function handOn(entry, listener) {
  entry.calls?.forEach(listener.call);
  if (entry.call_permission_reply) listener.permission();
  if (entry.call_settings) listener.settings();
}

/**
 * @param {{name: string, title: string}[]} events
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
  row.dataset.event = events.map(({ name }) => name).join(' ');
  row.dataset.verified = String(verified);
  fill('name', events.map(({ title }) => title).join(', ') || 'other');
  fill('time', new Date().toLocaleTimeString());
  fill('signature', verified ? 'signature ok' : 'signature wrong');
  fill('body', JSON.stringify(body, null, 2));
  list.prepend(item);
  while (list.children.length > SHOWN_MAX) list.lastElementChild?.remove();
  element('no-webhooks').hidden = true;
}

/**
 * What an entry holds, by name and in a line.
 *
 * @param {Entry} entry
 */
function described({ calls = [], messaging = [], call_permission_reply, call_settings }) {
  return [
    ...calls.map((call) => ({ name: call.event, title: callTitle(call) })),
    ...messaging.map(({ message, postback }) =>
      postback ? { name: 'postback', title: `postback · ${postback.title}` } : { name: 'message', title: `message · ${message?.text}` },
    ),
    ...(call_permission_reply ? [{ name: 'call_permission_reply', title: `permission · ${call_permission_reply.response}` }] : []),
    ...(call_settings ? [{ name: 'call_settings', title: 'call settings' }] : []),
  ];
}

/** @param {CallEvent} event */
function callTitle({ event, call_status, status, session, duration }) {
  const details = [call_status, status, session && `version ${session.version}`, duration && `${duration} s`];
  return [event, ...details.filter(Boolean)].join(' · ');
}
