import { html, nothing } from '../../vendor/lit.js';
import { to } from '../address.js';
import { counted, time } from '../said.js';
import { eventOf } from '../timeline.js';

/** @typedef {import('../api.js').Delivery} Delivery */

/** One webhook in a list. @param {Delivery} delivery */
export function deliveryRow(delivery) {
  const { id, state, attempts, last_status, last_response, owed_at, call_id, psid } = delivery;
  return html`
    <a class="deliveries-grid entry" href=${to('webhooks', id)} data-state=${state}>
      <span>${deliveryBadge(delivery)}</span>
      <span class="cut">${eventOf(bodyOf(delivery))}</span>
      <span class="cut code">${call_id ?? psid ?? ''}</span>
      <span title=${last_response || nothing}>${attempts === 0 ? 'not tried yet' : `${counted(attempts, 'try', 'tries')}, ${last_status ?? 'no answer'}`}</span>
      ${time(owed_at)}
    </a>
  `;
}

/** @param {Delivery} delivery */
export function deliveryBadge({ state }) {
  return html`<span class="badge ${TONES[state]}">${state}</span>`;
}

/** @param {Delivery} delivery @returns {any} */
function bodyOf({ body }) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** @type {Record<Delivery['state'], string>} */
const TONES = { delivered: 'good', pending: 'warn', dead: 'bad' };
