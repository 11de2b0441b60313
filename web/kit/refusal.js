/** The server refused what this device said; `error` is its name in docs/consumer-protocol.md. */
export class Refused extends Error {
  /**
   * @param {string} error
   * @param {string} detail for developers
   */
  constructor(error, detail) {
    super(detail);
    this.error = error;
  }
}

/** The connection broke before the server answered. */
export class Lost extends Error {
  constructor() {
    super('The connection to the server broke.');
  }
}
