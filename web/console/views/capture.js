import { html, nothing } from '../../vendor/lit.js';
import { ROOT } from '../address.js';
import { own } from '../api.js';
import { amount } from '../said.js';
import { View } from '../view.js';

/** @typedef {{call_id: string, running: boolean, packets: number, bytes: number, left_out: number}} Capture */

/** `<offhook-capture>`: the media of one call as a file for Wireshark. Only a sandbox captures any. */
class CaptureView extends View {
  static properties = { call: { attribute: false }, isLive: { attribute: false } };

  constructor() {
    super();
    this.call = '';
    this.isLive = false;
  }

  /** @type {Capture | undefined} */
  capture = undefined;
  #timer = 0;

  connectedCallback() {
    super.connectedCallback();
    this.#timer = window.setInterval(() => this.capture?.running && void this.load(), LOOK_AGAIN_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  async read() {
    const { captures } = await own('GET', 'captures');
    this.capture = captures.find((/** @type {Capture} */ { call_id }) => call_id === this.call);
  }

  render() {
    const { capture, isLive } = this;
    if (!capture && !isLive) return nothing;
    const change = (/** @type {string} */ method) => () =>
      this.attempt(async () => {
        this.capture = await own(method, this.#path);
      });
    return html`
      <p class="buttons">
        ${isLive && !capture?.running ? html`<button class="pill slim" ?disabled=${this.isBusy} @click=${change('POST')}>Capture the media</button>` : nothing}
        ${isLive && capture?.running ? html`<button class="pill slim" ?disabled=${this.isBusy} @click=${change('DELETE')}>End the capture</button>` : nothing}
        ${capture ? captureLink(capture) : nothing}
      </p>
      ${this.notices()}
    `;
  }

  get #path() {
    return `calls/${encodeURIComponent(this.call)}/capture`;
  }
}

customElements.define('offhook-capture', CaptureView);

/** @param {Capture} capture */
export function captureLink({ call_id, packets, left_out }) {
  const file = new URL(`offhook/v1/calls/${encodeURIComponent(call_id)}/capture`, ROOT).href;
  return html`
    <a class="pill slim" href=${file} download="${call_id}.pcapng">pcapng</a>
    <span class="hint">${amount(packets)} packets${left_out > 0 ? `, ${amount(left_out)} left out` : ''}</span>
  `;
}

const LOOK_AGAIN_MS = 2000;
