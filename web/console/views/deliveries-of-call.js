import { html } from '../../vendor/lit.js';
import { to } from '../address.js';
import { View } from '../view.js';
import { deliveryRow } from './delivery-row.js';

/** `<offhook-deliveries-of-call>`: the webhooks that are about one call. */
class DeliveriesOfCall extends View {
  static properties = { deliveries: { attribute: false } };

  constructor() {
    super();
    /** @type {import('../api.js').Delivery[]} */
    this.deliveries = [];
  }

  render() {
    if (this.deliveries.length === 0) {
      return html`
        <div class="empty">
          <h2>No app is told about this call</h2>
          <p>
            An app is told once it <a href=${to('apps')}>has a callback URL</a> and its subscription to the Page has the field
            <code>calls</code>.
          </p>
        </div>
      `;
    }
    return html`<ul class="plain-rows">
      ${[...this.deliveries].reverse().map((delivery) => html`<li>${deliveryRow(delivery)}</li>`)}
    </ul>`;
  }
}

customElements.define('offhook-deliveries-of-call', DeliveriesOfCall);
