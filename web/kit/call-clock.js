import { countTime } from './clock.js';

/** `<call-clock>`: how long it is since a moment. */
export class CallClock extends HTMLElement {
  #since = 0;
  #stop = () => {};

  /** @param {number} since milliseconds since the epoch */
  set since(since) {
    if (since === this.#since) return;
    this.#since = since;
    if (this.isConnected) this.#count();
  }

  connectedCallback() {
    // A timer is read when one asks for it, and not every second.
    this.role = 'timer';
    this.dir = 'ltr';
    this.#count();
  }

  disconnectedCallback() {
    this.#stop();
  }

  #count() {
    this.#stop();
    this.#stop = countTime(this, this.#since);
  }
}

customElements.define('call-clock', CallClock);
