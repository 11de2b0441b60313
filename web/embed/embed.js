/**
 * `<offhook-call page="…" token="…">`: a conversation with a business, and calls, on a site of its own. One script tag brings
 * it: `<script type="module" src="https://calls.example.com/embed.js"></script>`. docs/embed.md is its manual.
 *
 * All of it runs in a frame of the server's origin. The site's scripts see neither the conversation nor the microphone; its
 * styles and policies change nothing in there; and the browser asks people on behalf of the site, to whom the frame owes the
 * permission (`allow`). What the two tell each other is the token, the state of the call, and nothing that was said.
 */

/** Where the server is: this script lies at its root. */
const server = new URL('./', import.meta.url);

class OffhookCall extends HTMLElement {
  static observedAttributes = ['page', 'token', 'lang', 'label', 'open', 'launcher'];

  /** The names of the frames on this page of the site. @type {Set<string>} */
  static #places = new Set();

  #corner = document.createElement('div');
  #frame = document.createElement('iframe');
  #button = document.createElement('button');
  #isReady = false;
  /** @param {MessageEvent} event */
  #hear = (event) => this.#receive(event);

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [style()];
    this.#frame.allow = 'microphone; camera; display-capture; speaker-selection; autoplay; screen-wake-lock';
    this.#frame.referrerPolicy = 'origin';
    this.#button.type = 'button';
    this.#button.part.add('button');
    this.#button.append(picture('handset', HANDSET), picture('down', DOWN));
    this.#button.addEventListener('click', () => this.#toggle());
    this.#corner.className = 'corner';
    this.#corner.append(this.#frame, this.#button);
    root.append(this.#corner);
  }

  connectedCallback() {
    addEventListener('message', this.#hear);
    // Elements beside each other are devices of their own, and remain the same ones over a reload.
    for (let place = 0; OffhookCall.#places.has(this.#frame.name) || !this.#frame.name; place++) this.#frame.name = `offhook-${place}`;
    OffhookCall.#places.add(this.#frame.name);
    this.#describe();
    this.#place();
    this.#load();
  }

  disconnectedCallback() {
    removeEventListener('message', this.#hear);
    OffhookCall.#places.delete(this.#frame.name);
    this.#forget();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === now) return;
    if (name === 'page' || name === 'lang') this.#load();
    if (name === 'token') this.#introduce();
    if (name === 'launcher') this.#place();
    this.#describe();
  }

  #load() {
    const page = this.getAttribute('page');
    this.#forget();
    if (!page) return;
    const address = new URL(`c/${encodeURIComponent(page)}`, server);
    const language = this.getAttribute('lang');
    if (language) address.searchParams.set('lang', language);
    this.#frame.src = address.href;
    // A frame anew: one that goes to another page would be a step of the site's own history.
    this.#corner.prepend(this.#frame);
  }

  #forget() {
    this.#isReady = false;
    this.#frame.remove();
    this.#frame.removeAttribute('src');
  }

  /** Says who the consumer is, or that nobody is any more, as soon as the frame listens. */
  #introduce() {
    const token = this.getAttribute('token') || null;
    if (this.#isReady) this.#frame.contentWindow?.postMessage({ offhook: 'token', token }, server.origin);
  }

  /** Above everything of the site, whatever it layers, moves or clips around the element. */
  #place() {
    this.#corner.popover = this.hasAttribute('launcher') ? 'manual' : null;
    if (this.hasAttribute('launcher')) this.#corner.togglePopover?.(true);
  }

  #toggle() {
    this.toggleAttribute('open');
    if (this.hasAttribute('open')) this.#frame.focus();
  }

  /** Who is done with the conversation is where they came from. */
  #close() {
    if (!this.hasAttribute('launcher')) return;
    this.removeAttribute('open');
    this.#button.focus();
  }

  /** @param {MessageEvent} event */
  #receive({ source, origin, data }) {
    if (source !== this.#frame.contentWindow || origin !== server.origin) return;
    switch (data?.offhook) {
      case 'ready':
        this.#isReady = true;
        return this.#introduce();
      case 'state':
        return this.#state(String(data.state));
      case 'escape':
        return this.#close();
      case 'closed':
        return this.#tell('offhook-closed', { why: String(data.why) });
    }
  }

  /** @param {string} state */
  #state(state) {
    this.#button.dataset.state = state;
    // A call that rings unseen would be missed.
    if (state === 'ringing') this.setAttribute('open', '');
    this.#tell('offhook-state', { state });
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  #describe() {
    const label = this.getAttribute('label') ?? 'Messages and calls';
    this.#frame.title = label;
    this.#button.ariaLabel = label;
    this.#button.ariaExpanded = String(this.hasAttribute('open'));
  }
}

function style() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; width: 24rem; max-width: 100%; height: 36rem; max-height: 100vh; }
    :host([hidden]) { display: none; }
    .corner { width: 100%; height: 100%; border-radius: inherit; }
    iframe { display: block; width: 100%; height: 100%; min-height: 20rem; border: 0; border-radius: inherit; color-scheme: normal; }
    button { display: none; }

    :host([launcher]) { width: auto; height: auto; }
    :host([launcher]) .corner { position: fixed; z-index: 2147483000; inset: auto; inset-block-end: 1.25rem; inset-inline-end: 1.25rem;
      display: flex; flex-direction: column; align-items: flex-end; gap: 0.75rem; width: auto; height: auto; margin: 0; padding: 0;
      border: 0; background: none; overflow: visible; visibility: visible; pointer-events: none; }
    :host([launcher][hidden]) .corner { display: none; }
    :host([launcher]) iframe { width: min(24rem, 100vw - 2.5rem); height: min(38rem, 100dvh - 7rem); min-height: 0; border-radius: 1.25rem;
      box-shadow: 0 2px 6px rgb(16 20 32 / 12%), 0 24px 64px -16px rgb(16 20 32 / 40%); pointer-events: auto; }
    :host([launcher]:not([open])) iframe { visibility: hidden; position: absolute; inset-block-end: 0; inset-inline-end: 0;
      pointer-events: none; }
    :host([launcher]) button { display: grid; place-items: center; width: 3.75rem; height: 3.75rem; padding: 0; border: 0;
      border-radius: 50%; background: var(--offhook-accent, #2f5bea); color: #fff;
      box-shadow: 0 8px 24px -6px rgb(16 20 32 / 45%); cursor: pointer; pointer-events: auto; }
    :host([launcher]) button:is([data-state='calling'], [data-state='joining'], [data-state='connected']) { background: #147d48; }
    button:focus-visible { outline: 3px solid var(--offhook-accent, #2f5bea); outline-offset: 3px; }
    svg { width: 1.75rem; height: 1.75rem; }
    .handset { fill: currentColor; transform: rotate(-135deg); }
    .down { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    :host([open]) .handset, :host(:not([open])) .down { display: none; }
  `);
  return sheet;
}

/**
 * Without the server's icon file: a site need not allow its pictures.
 *
 * @param {string} name
 * @param {string} outline
 */
function picture(name, outline) {
  const namespace = 'http://www.w3.org/2000/svg';
  const drawn = document.createElementNS(namespace, 'svg');
  drawn.setAttribute('class', name);
  drawn.setAttribute('viewBox', '2 2 20 20');
  drawn.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', outline);
  drawn.append(path);
  return drawn;
}

const HANDSET =
  'M3 15v-2.4C3 9.6 6.9 7.2 12 7.2s9 2.4 9 5.4V15a1.6 1.6 0 0 1-1.6 1.6h-2.6A1.6 1.6 0 0 1 15.2 15v-1.9c-2-.6-4.4-.6-6.4 0V15a1.6 1.6 0 0 1-1.6 1.6H4.6A1.6 1.6 0 0 1 3 15z';
const DOWN = 'M6 9.5l6 6 6-6';

customElements.define('offhook-call', OffhookCall);
