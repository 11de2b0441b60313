import { html } from '../../vendor/lit.js';
import { own } from '../api.js';
import { dayAndTime, span } from '../said.js';
import { View } from '../view.js';

/** `<offhook-clock>`: the sandbox's clock, to be stopped and moved on. */
class Clock extends View {
  /** @type {{now: number, frozen: boolean, ahead_ms: number} | null} */
  clock = null;
  #readAt = 0;
  #timer = 0;

  connectedCallback() {
    super.connectedCallback();
    this.#timer = window.setInterval(() => this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  async read() {
    this.#take(await own('GET', 'clock'));
  }

  render() {
    if (!this.clock) return this.notices();
    const { now, frozen, ahead_ms } = this.clock;
    const shown = frozen ? now : now + Date.now() - this.#readAt;
    const isAhead = Math.abs(ahead_ms) > 1000;
    return html`
      <h2 class="part">Clock</h2>
      ${this.notices()}
      <div class="card clock">
        <p>
          <time class="now">${dayAndTime(shown)}</time> <span class="badge ${frozen ? 'warn' : 'good'}">${frozen ? 'stands' : 'goes'}</span>
          <span class="hint"
            >${isAhead ? `${span(Math.abs(ahead_ms))} ${ahead_ms > 0 ? 'ahead of' : 'behind'} the machine’s` : 'with the machine’s'}</span
          >
        </p>
        <p class="buttons">
          ${
            frozen
              ? html`<button class="pill slim primary" ?disabled=${this.isBusy} @click=${() => this.#turn('release')}>Release</button>`
              : html`<button class="pill slim" ?disabled=${this.isBusy} @click=${() => this.#turn('freeze')}>Freeze</button>`
          }
          ${STEPS.map(([name, by_ms]) => html`<button class="pill slim" ?disabled=${this.isBusy} @click=${() => this.#turn('advance', { by_ms })}>+ ${name}</button>`)}
        </p>
        <p class="hint">
          It never goes back. All that gets due on its way has happened before a step is done: time-outs, tries of webhooks, ends of
          permissions.
        </p>
      </div>
    `;
  }

  /**
   * @param {string} deed
   * @param {object} [body]
   */
  #turn(deed, body) {
    return this.attempt(async () => this.#take(await own('POST', `clock/${deed}`, body)));
  }

  /** @param {{now: number, frozen: boolean, ahead_ms: number}} clock */
  #take(clock) {
    this.clock = clock;
    this.#readAt = Date.now();
  }
}

customElements.define('offhook-clock', Clock);

/** @type {[string, number][]} */
const STEPS = [
  ['10 s', 10_000],
  ['1 min', 60_000],
  ['1 h', 3_600_000],
  ['1 day', 86_400_000],
];
