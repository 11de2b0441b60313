/** @typedef {import('playwright-core').WebSocketRoute} Connection */
/** @typedef {{type: string, call?: unknown}} Message */

/** A page's WebSocket to the server, which a test cuts and mends, and on which it loses messages. */
export class Line {
  /** How often the page has connected. */
  connections = 0;
  /** Which messages do not arrive, of either side. @type {(message: Message) => boolean} */
  loses = () => false;

  #isCut = false;
  /** @type {Connection | null} */
  #connection = null;

  /**
   * Before the page is loaded.
   *
   * @param {import('playwright-core').Page} page
   */
  lead(page) {
    return page.routeWebSocket(/\/v1$/, (connection) => {
      if (this.#isCut) return connection.close({ code: BROKEN });
      this.connections++;
      this.#connection = connection;
      const server = connection.connectToServer();
      const pass = (/** @type {Connection} */ to) => (/** @type {string | Buffer} */ data) => this.loses(JSON.parse(String(data))) || to.send(data);
      connection.onMessage(pass(server));
      server.onMessage(pass(connection));
    });
  }

  /** Neither side hears anything until it is mended. */
  async cut() {
    this.#isCut = true;
    await this.#connection?.close({ code: BROKEN });
  }

  /**
   * Says something to the page in the server's name.
   *
   * @param {Message & Record<string, unknown>} message
   */
  say(message) {
    this.#connection?.send(JSON.stringify(message));
  }

  mend() {
    this.#isCut = false;
  }

  /**
   * Breaks as the first message of this type is on its way, which is lost; it comes back at once.
   *
   * @param {string} type
   */
  breakAt(type) {
    this.loses = (message) => {
      if (message.type !== type) return false;
      this.loses = () => false;
      void this.#connection?.close({ code: BROKEN });
      return true;
    };
  }
}

/** What a page is told of a connection that broke without a word, as near as a page that is watched can be told. */
const BROKEN = 1011;
