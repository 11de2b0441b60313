import { LitElement, html } from '../vendor/lit.js';
import { icon } from './icon.js';
import { speakers } from './media/speaker.js';

/**
 * `<speaker-choice>`: which speaker a call is heard on. An icon over a word like its neighbours; under both lies the browser's
 * own list of choices.
 */
export class SpeakerChoice extends LitElement {
  /** @type {import('./media/speaker.js').Speaker | null} */
  speaker = null;
  label = '';
  /** @type {MediaDeviceInfo[]} */
  #found = [];
  #look = () => this.#find();

  /** Not every browser lets a page choose. */
  static get isPossible() {
    return 'setSinkId' in HTMLMediaElement.prototype;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    navigator.mediaDevices.addEventListener('devicechange', this.#look);
    void this.#find();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    navigator.mediaDevices.removeEventListener('devicechange', this.#look);
  }

  willUpdate() {
    this.hidden = this.#found.length < 2;
  }

  render() {
    return html`
      <label>
        ${icon('speaker')}<span>${this.label}</span>
        <select @change=${(/** @type {Event} */ event) => this.#choose(event)}>
          ${this.#found.map(
            ({ deviceId, label }) => html`<option value=${deviceId} ?selected=${deviceId === (this.speaker?.device || 'default')}>${label}</option>`,
          )}
        </select>
      </label>
    `;
  }

  /** @param {Event} event */
  async #choose({ currentTarget }) {
    const { value } = /** @type {HTMLSelectElement} */ (currentTarget);
    await this.speaker?.choose(value).catch(() => {});
    await this.#find();
  }

  async #find() {
    this.#found = await speakers();
    this.requestUpdate();
  }
}

customElements.define('speaker-choice', SpeakerChoice);
