/** Does something a moment after it was asked for, once for all who asked in that time. */
export class Soon {
  #deed;
  #afterMs;
  #timer = 0;

  /**
   * @param {() => unknown} deed
   * @param {number} [afterMs]
   */
  constructor(deed, afterMs = AFTER_MS) {
    this.#deed = deed;
    this.#afterMs = afterMs;
  }

  ask() {
    if (this.#timer !== 0) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      this.#deed();
    }, this.#afterMs);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }
}

/** Short for who looks, long for a server on which much happens. */
const AFTER_MS = 500;
