import { html, nothing } from '../../vendor/lit.js';
import { to } from '../address.js';
import { own } from '../api.js';
import { View } from '../view.js';
import { captureLink } from './capture.js';

/**
 * @typedef {import('./capture.js').Capture} Capture
 * @typedef {{page_id: string | null, app_id: string | null}} Armed
 */

/** `<offhook-captures>`: whose media is captured from the first packet on, and what was captured. */
class Captures extends View {
  /** @type {Armed[]} */
  armed = [];
  /** @type {Capture[]} */
  captures = [];

  async read() {
    this.#take(await own('GET', 'captures'));
  }

  render() {
    const isOn = this.armed.some(({ page_id, app_id }) => page_id === null && app_id === null);
    return html`
      <h2 class="part">Captures</h2>
      ${this.notices()}
      <label class="switch">
        <input id="capture-all" type="checkbox" role="switch" .checked=${isOn} ?disabled=${this.isBusy} @change=${() => this.#arm(!isOn)} />
        <span>Capture the media of all new calls, for Wireshark</span>
      </label>
      ${
        this.captures.length === 0
          ? nothing
          : html`<ul class="captures">
              ${[...this.captures]
                .reverse()
                .map(
                  (capture) =>
                    html`<li class="buttons">
                      <a class="code cut" href=${to('calls', capture.call_id)}>${capture.call_id}</a> ${captureLink(capture)}
                    </li>`,
                )}
            </ul>`
      }
    `;
  }

  /** @param {boolean} on */
  #arm(on) {
    return this.attempt(async () => this.#take(await own('POST', 'captures', { on })));
  }

  /** @param {{armed: Armed[], captures: Capture[]}} answer */
  #take({ armed, captures }) {
    Object.assign(this, { armed, captures });
  }
}

customElements.define('offhook-captures', Captures);
