import { html } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';

/**
 * Calls a consumer, if the agent has no call.
 *
 * @param {import('../app.js').DeskApp} app
 * @param {{page: string, psid: string, name: string}} consumer
 */
export function callButton({ texts, phone, isOnline }, { page, psid, name }) {
  return html`
    <button
      class="icon"
      data-do="call"
      aria-label=${texts.say('call', { name })}
      ?disabled=${phone.state !== 'idle' || !isOnline}
      @click=${() => phone.dial(page, psid)}
    >
      ${icon('handset', 'pick-up')}
    </button>
  `;
}
