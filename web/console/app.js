import { html } from '../vendor/lit.js';
import { follow, here } from './address.js';
import { SIGNED_OUT, signOut, standing } from './api.js';
import { View } from './view.js';
import { frameView } from './views/frame.js';
import { signInView } from './views/sign-in.js';
import './views/app.js';
import './views/apps.js';
import './views/call.js';
import './views/calls.js';
import './views/page.js';
import './views/pages.js';
import './views/requests.js';
import './views/sandbox.js';
import './views/webhook.js';
import './views/webhooks.js';

/** `<offhook-console>`: the operator's console, or the door to it. */
export class ConsoleApp extends View {
  address = here();
  /** Null: not known yet. @type {boolean | null} */
  isSignedIn = null;
  /** Whether the server is a sandbox. */
  isSandbox = false;

  connectedCallback() {
    super.connectedCallback();
    addEventListener('popstate', () => this.#move());
    addEventListener(SIGNED_OUT, () => this.#left());
    this.addEventListener('click', follow);
  }

  async read() {
    Object.assign(this, await standing());
  }

  async leave() {
    await this.attempt(signOut);
    this.#left();
  }

  render() {
    if (this.isSignedIn === null) return html`<main class="door" aria-busy="true">${this.notices()}</main>`;
    return this.isSignedIn ? frameView(this) : signInView(this);
  }

  #move() {
    const before = this.address;
    this.address = here();
    this.requestUpdate();
    if (before.view === this.address.view && before.of[0] === this.address.of[0]) return;
    scrollTo(0, 0);
    void this.updateComplete.then(() => this.#arrive());
  }

  /** Who listens hears where they are; who uses the keyboard goes on from there. */
  #arrive() {
    this.querySelector('.rail [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    /** @type {HTMLElement | null} */ (this.querySelector('#view'))?.focus({ preventScroll: true });
  }

  #left() {
    this.isSignedIn = false;
    this.requestUpdate();
  }
}

customElements.define('offhook-console', ConsoleApp);
