import { showLevel } from './media/meter.js';

/**
 * `<level-meter>`: shows how loud an AudioNode is as the CSS property `--level`, 0 to 1. What it looks like is its class's
 * affair.
 */
export class LevelMeter extends HTMLElement {
  /** @type {AudioNode | null} */
  #node = null;
  #stop = () => {};

  /** @param {AudioNode | null} node */
  set node(node) {
    if (node === this.#node) return;
    this.#node = node;
    this.#watch();
  }

  connectedCallback() {
    this.#watch();
  }

  disconnectedCallback() {
    this.#stop();
  }

  #watch() {
    this.#stop();
    this.#stop = this.#node && this.isConnected ? showLevel(this.#node, this) : () => {};
  }
}

customElements.define('level-meter', LevelMeter);
