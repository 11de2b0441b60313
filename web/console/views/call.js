import { html, nothing } from '../../vendor/lit.js';
import { to } from '../address.js';
import { amiss } from '../amiss.js';
import { serverTime } from '../api.js';
import { CallWatch } from '../call-watch.js';
import { dayAndTime, time, words } from '../said.js';
import { View } from '../view.js';
import { DIRECTIONS, isLive, lasted, stateBadge } from './calls.js';
import './capture.js';
import './deliveries-of-call.js';
import './ladder.js';
import './quality.js';
import { recordView } from './record.js';
import './sdp.js';

/** `<offhook-call>`: one call, from its first request to its end. */
class CallView extends View {
  static properties = { call: { attribute: false }, shown: { attribute: false }, isSandbox: { attribute: false } };

  constructor() {
    super();
    this.call = '';
    /** What of it is shown. @type {string | undefined} */
    this.shown = undefined;
    this.isSandbox = false;
  }

  /** @type {CallWatch | null} */
  watch = null;
  #timer = 0;

  connectedCallback() {
    super.connectedCallback();
    this.#timer = window.setInterval(() => this.watch?.call && isLive(this.watch.call) && this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.watch?.stop();
    clearInterval(this.#timer);
  }

  async read() {
    this.watch = new CallWatch(this.call, () => this.requestUpdate());
    await this.watch.start();
  }

  render() {
    const call = this.watch?.call;
    if (!this.watch || !call)
      return html`<section class="one">
        <header class="title"><h1>Call</h1></header>
        ${this.notices()}
      </section>`;
    const part = PARTS[this.shown ?? ''] ?? PARTS.timeline;
    return html`
      <section class="one">
        <p class="crumb"><a href=${to('calls')}>Calls</a> / <span class="code cut">${call.id}</span></p>
        <header class="title">
          <h1>${call.direction === 'business_initiated' ? 'Call to' : 'Call from'} <span class="code">${call.psid}</span></h1>
          ${stateBadge(call)} ${actions(call)}
        </header>
        ${this.#facts(call)} ${this.notices()}
        <div class="amiss" role="status">
          ${amiss(this.watch.entries, 1000 * serverTime()).map((sentence) => html`<p class="problem">${sentence}</p>`)}
        </div>
        ${this.isSandbox ? html`<offhook-capture .call=${call.id} .isLive=${isLive(call)}></offhook-capture>` : nothing}
        <nav class="tabs" aria-label="What of the call">
          ${Object.entries(PARTS).map(
            ([path, { name }]) =>
              html`<a href=${to('calls', this.call, path)} aria-current=${PARTS[path] === part ? 'page' : nothing}>${name}</a>`,
          )}
        </nav>
        ${part.show(this.watch)}
      </section>
    `;
  }

  /** @param {import('../api.js').CallDetail} call */
  #facts(call) {
    /** @type {[string, unknown][]} */
    const facts = [
      ['Page', html`<a class="code" href=${to('pages', call.page_id)}>${call.page_id}</a>`],
      ['App', call.app_id ? html`<a class="code" href=${to('apps', call.app_id)}>${call.app_id}</a>` : 'none yet'],
      ['Direction', DIRECTIONS[call.direction]],
      ['Started', time(call.created_at, dayAndTime)],
      ['Connected', call.connected_at ? lasted(call) : 'not connected'],
      ['Ended', call.reason ? words(call.reason) : 'goes on'],
      ['Media version', call.version],
    ];
    return html`<dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`;
  }
}

customElements.define('offhook-call', CallView);

/** The requests that a business would send now. @param {import('../api.js').Call} call */
function actions(call) {
  if (!isLive(call)) return nothing;
  const [page, app] = [call.page_id, call.app_id];
  const link = (/** @type {string} */ what, /** @type {string} */ words) => {
    const query = new URLSearchParams({ what, page, call: call.id, psid: call.psid, ...(app ? { app } : {}) });
    return html`<a class="pill slim" href="${to('requests')}?${query}">${words}</a>`;
  };
  const choices = call.state === 'calling' ? [link('accept', 'Accept'), link('reject', 'Reject')] : [link('terminate', 'Hang up')];
  return html`<p class="buttons">${choices}</p>`;
}

/** @type {Record<string, {name: string, show: (watch: CallWatch) => unknown}>} */
const PARTS = {
  timeline: { name: 'Timeline', show: ({ entries }) => html`<offhook-ladder .entries=${[...entries]}></offhook-ladder>` },
  sdp: { name: 'SDP', show: ({ entries }) => html`<offhook-sdp .entries=${[...entries]}></offhook-sdp>` },
  quality: {
    name: 'Quality',
    show: ({ entries, call }) => html`<offhook-quality .entries=${[...entries]} .legs=${call?.statistics?.legs ?? []}></offhook-quality>`,
  },
  webhooks: {
    name: 'Webhooks',
    show: ({ deliveries }) => html`<offhook-deliveries-of-call .deliveries=${deliveries}></offhook-deliveries-of-call>`,
  },
  record: { name: 'Record', show: ({ call }) => recordView(call) },
};
