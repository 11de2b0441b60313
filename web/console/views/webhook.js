import { html, nothing } from '../../vendor/lit.js';
import { to } from '../address.js';
import { list, own } from '../api.js';
import { copyButton } from '../copy.js';
import { followEvents } from '../events.js';
import { dayAndTime, pretty, span, time } from '../said.js';
import { eventOf, isTaken } from '../timeline.js';
import { View } from '../view.js';
import { deliveryBadge } from './delivery-row.js';

/** @typedef {import('../api.js').Delivery & {history: import('../api.js').Attempt[]}} DeliveryDetail */

/** `<offhook-webhook>`: one webhook, its body, each try of it, and another at a click. */
class Webhook extends View {
  static properties = { delivery: { attribute: false } };

  constructor() {
    super();
    this.delivery = '';
  }

  /** @type {DeliveryDetail | null} */
  shown = null;
  /** Where it goes. @type {import('../api.js').Endpoint | null} */
  endpoint = null;
  #stop = () => {};

  connectedCallback() {
    super.connectedCallback();
    this.#stop = followEvents({
      entry: ({ kind, delivery_id }) => kind === 'webhook' && String(delivery_id) === this.delivery && void this.load(),
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  async read() {
    const [shown, endpoints] = await Promise.all([own('GET', `deliveries/${encodeURIComponent(this.delivery)}`), list('endpoints')]);
    this.shown = shown;
    this.endpoint = endpoints.find(({ app_id }) => app_id === shown.app_id) ?? null;
  }

  render() {
    const { shown } = this;
    if (!shown)
      return html`<section>
        <header class="title"><h1>Webhook</h1></header>
        ${this.notices()}
      </section>`;
    return html`
      <section>
        <p class="crumb"><a href=${to('webhooks')}>Webhooks</a> / <span>${shown.id}</span></p>
        <header class="title">
          <h1>${eventOf(JSON.parse(shown.body))}</h1>
          ${deliveryBadge(shown)}
          <button
            class="pill slim primary"
            id="redeliver"
            ?disabled=${this.isBusy || shown.state === 'pending'}
            @click=${() => this.#redeliver()}
          >
            Redeliver
          </button>
        </header>
        ${this.#facts(shown)} ${this.notices()}
        <h2 class="part">Tries</h2>
        ${shown.state === 'pending' && this.endpoint?.failing_since ? this.#waiting(this.endpoint.failing_since) : nothing}
        ${shown.history.length === 0 ? html`<p class="hint">It was not tried yet.</p>` : this.#tries(shown.history)}
        <h2 class="part">Body ${copyButton(shown.body, 'Copy the body')}</h2>
        <pre class="code whole" tabindex="0" aria-label="Body">${pretty(shown.body)}</pre>
      </section>
    `;
  }

  /** @param {DeliveryDetail} shown */
  #facts({ app_id, page_id, call_id, psid, owed_at, due_at, redelivered_at }) {
    /** @type {[string, unknown][]} */
    const facts = [
      ['App', html`<a class="code" href=${to('apps', app_id)}>${app_id}</a>`],
      ['Page', html`<a class="code" href=${to('pages', page_id)}>${page_id}</a>`],
      ['Call', call_id && html`<a class="code" href=${to('calls', call_id)}>${call_id}</a>`],
      ['Consumer', psid && html`<span class="code">${psid}</span>`],
      ['Owed', time(owed_at, dayAndTime)],
      ['Tried next', due_at && time(due_at)],
      ['Redelivered', redelivered_at && time(redelivered_at, dayAndTime)],
    ];
    return html`<dl class="facts">
      ${facts.map(([name, value]) =>
        value
          ? html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`
          : nothing,
      )}
    </dl>`;
  }

  /** Why it does not go out. @param {number} since */
  #waiting(since) {
    return html`<p class="problem">
      It waits: the app’s endpoint takes no webhook since ${time(since)}, and as long as that is so, one is tried at a time.
      <a href=${to('webhooks')}>See the endpoint</a>, and what its last try was answered.
    </p>`;
  }

  /** @param {import('../api.js').Attempt[]} history */
  #tries(history) {
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Tries">
        <table>
          <thead>
            <tr>
              <th scope="col">Try</th>
              <th scope="col">At</th>
              <th scope="col">Took</th>
              <th scope="col">Answer</th>
              <th scope="col">What it said</th>
            </tr>
          </thead>
          <tbody>
            ${history.map(
              ({ number, at, took_ms, status, response, fault }) => html`
                <tr>
                  <th scope="row">${number}</th>
                  <td>${time(at)}</td>
                  <td>${span(took_ms)}</td>
                  <td>
                    <span class="badge ${isTaken(status) ? 'good' : 'bad'}">${status ?? 'none'}</span
                    >${fault ? html` <span class="badge warn">fault ${fault}</span>` : nothing}
                  </td>
                  <td class="code wrap">${response}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  #redeliver() {
    return this.attempt(async () => {
      await own('POST', `deliveries/${encodeURIComponent(this.delivery)}/redeliver`);
      await this.read();
    }, 'It is owed again, and goes out now.');
  }
}

customElements.define('offhook-webhook', Webhook);
