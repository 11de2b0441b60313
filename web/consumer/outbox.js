/** @typedef {import('./thread.js').Entry} Entry */

/** The texts that were sent and do not stand in the thread yet, oldest first. */
export class Outbox {
  /** @type {string[]} */
  #sent = [];

  /** @param {string} text */
  send(text) {
    this.#sent.push(text);
  }

  /** @param {Entry} entry new in the thread */
  arrived({ from, kind }) {
    const index = from === 'consumer' && kind.type === 'text' ? this.#sent.indexOf(kind.text) : -1;
    if (index >= 0) this.#sent.splice(index, 1);
  }

  /** The server, which answers in order, refused one. @returns {string | undefined} */
  refused() {
    return this.#sent.shift();
  }

  /** What was lost with the line. @returns {string[]} */
  empty() {
    return this.#sent.splice(0);
  }
}
