import { LitElement, html } from '../vendor/lit.js';
import { audioContext } from '../kit/media/audio-context.js';
import { Refused } from '../kit/refusal.js';
import { RingNotice } from '../kit/ring-notice.js';
import { keepAwake } from './awake.js';
import { takeBack } from './back.js';
import { ConsumerChannel } from './channel.js';
import { Outbox } from './outbox.js';
import { Phone } from './phone.js';
import { stateSentence } from './sentences.js';
import { NONE } from './settings.js';
import { Thread } from './thread.js';
import { closedView, signInView } from './views/closed.js';
import { headView } from './views/head.js';
import { historyView } from './views/history.js';
import { panelView } from './views/panel.js';
import { composeView, permissionView, threadView } from './views/thread.js';

/** @typedef {import('./channel.js').DeviceMessage} DeviceMessage */
/** @typedef {import('./channel.js').ServerMessage} ServerMessage */
/** @typedef {import('./phone.js').State} State */

/**
 * What the page does at its border, which depends on how it was opened.
 *
 * @typedef {object} Doors
 * @property {(token: string) => void} [enter] somebody typed a token in
 * @property {(token: string) => void} [welcomed] the server knows whose token this is
 * @property {() => void} [leave] forgets the token
 * @property {(state: State) => void} [state] the call's state changed
 * @property {(why: import('./channel.js').Closed) => void} [closed] there is no way back to the server
 */

/** `<offhook-consumer>`: a consumer's conversation with a business, and their calls. */
export class ConsumerApp extends LitElement {
  texts;
  /** @type {Doors} */
  doors = {};

  phone = new Phone((message) => this.say(message), () => this.requestUpdate());
  thread = new Thread();
  settings = NONE;
  /** @type {import('./channel.js').Permission} */
  permission = { granted: false, expires_at: null };
  pageName = '';
  ownName = '';
  isOnline = false;
  /** Whether the conversation is on the screen, and not a call over it. */
  isMinimised = false;
  isKeypadOpen = false;
  /** Whether what was written could not be sent. */
  isUnsent = false;
  /** Why there is no way back to the server. @type {import('./channel.js').Closed | null} */
  closed = null;

  #page = '';
  /** @type {string | null} */
  #token = null;
  /** @type {ConsumerChannel | null} */
  #channel = null;
  #outbox = new Outbox();
  #smallScreen = matchMedia(SMALL_SCREEN);
  #notice = new RingNotice();
  /** @type {State} */
  #shownState = 'connecting';
  #isAtEnd = true;
  #listener = {
    message: (/** @type {ServerMessage} */ message) => this.#receive(message),
    lost: () => this.#lost(),
    closed: (/** @type {import('./channel.js').Closed} */ why) => this.#close(why),
  };

  /** @param {import('./sentences.js').Texts} texts */
  constructor(texts) {
    super();
    this.texts = texts;
    addEventListener('keydown', (event) => this.#key(event));
    this.#smallScreen.addEventListener('change', () => this.requestUpdate());
  }

  /** Whether a call lies over the conversation, which cannot be reached then. */
  get isCovered() {
    return this.phone.isLive && !this.isMinimised && this.#smallScreen.matches;
  }

  /** The page's own style sheets reach into it. */
  createRenderRoot() {
    return this;
  }

  /**
   * Opens the conversation of the consumer whose token it is; without one, asks for it.
   *
   * @param {string} page the id of the business's Page
   * @param {string | null} token
   */
  open(page, token) {
    if (this.#channel && !this.closed && page === this.#page && token === this.#token) return;
    if (this.#channel) this.#leave();
    this.#page = page;
    this.#token = token;
    this.closed = null;
    this.#channel = token ? new ConsumerChannel(token, this.#listener) : null;
    this.requestUpdate();
  }

  /** @param {DeviceMessage} message */
  say(message) {
    return this.#channel?.send(message) ?? false;
  }

  /**
   * @param {boolean} video
   * @param {string} [via] the entry of the thread whose button was tapped
   */
  dial(video, via) {
    void this.phone.dial(video, via);
  }

  /**
   * @param {string} text
   * @returns {boolean} whether it went out
   */
  write(text) {
    this.isUnsent = !this.say({ type: 'message', text });
    if (!this.isUnsent) this.#outbox.send(text);
    this.requestUpdate();
    return !this.isUnsent;
  }

  /** Lays the call aside, or takes it up again. @param {boolean} isMinimised */
  minimise(isMinimised) {
    this.isMinimised = isMinimised;
    this.requestUpdate();
  }

  /** After a touch: plays what the browser blocked. */
  unblockSound() {
    void audioContext().resume();
    this.phone.unblockSound();
  }

  /** The call is over and was noticed. */
  dismiss() {
    if (this.phone.state === 'ended') this.phone.state = 'idle';
    this.phone.problem = null;
    this.requestUpdate();
  }

  render() {
    if (this.closed) return closedView(this, this.closed);
    if (!this.#channel) return signInView(this);
    return html`
      <main class="shell" data-call=${this.phone.isLive} data-video=${this.phone.hasVideo} data-minimised=${this.isMinimised}>
        <p class="unseen" id="news" aria-live="assertive">${this.#news()}</p>
        ${headView(this)} ${panelView(this)}
        <section class="conversation" aria-label=${this.texts.say('conversation')} ?inert=${this.isCovered}>
          ${permissionView(this)} ${threadView(this)} ${composeView(this)}
        </section>
      </main>
      ${historyView(this)}
    `;
  }

  willUpdate() {
    const list = this.querySelector('#entries');
    this.#isAtEnd = !list || list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
    if (!this.phone.isLive) this.isMinimised = this.isKeypadOpen = false;
  }

  updated() {
    this.texts.mark(document.documentElement);
    document.title = this.#title();
    this.#notice.tell(this.phone.state === 'ringing' ? { title: this.#title() } : null);
    this.#showIcon();
    takeBack(this.isCovered, () => this.minimise(true));
    const list = this.querySelector('#entries');
    if (list && this.#isAtEnd) list.scrollTop = list.scrollHeight;
    if (this.phone.state !== this.#shownState) this.#stateShown();
  }

  /** What becomes of a call is said aloud, wherever its listener is on the page. */
  #news() {
    const { phone, texts, pageName } = this;
    if (phone.state === 'ringing') return texts.say('title_ringing', { name: pageName });
    return phone.isLive || phone.state === 'ended' ? stateSentence(texts, phone) : '';
  }

  /** Among many tabs, the one that rings is found by its picture. */
  #showIcon() {
    const link = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[rel=icon]'));
    const { href } = this.phone.state === 'ringing' ? RINGING : ICON;
    if (link && link.href !== href) link.href = href;
  }

  #title() {
    const name = this.pageName;
    if (this.phone.state === 'ringing') return this.texts.say('title_ringing', { name });
    return name || this.texts.say('title');
  }

  /** Who does not write or press anything else finds the next button under their finger; but no key that they are typing hits it. */
  #stateShown() {
    const { state, isLive } = this.phone;
    this.#shownState = state;
    this.doors.state?.(state);
    keepAwake(isLive);
    if (isLive) for (const dialog of this.querySelectorAll('dialog')) dialog.close();
    const focused = document.activeElement;
    const isHidden = focused?.closest('[inert]');
    const next = isHidden && focused instanceof HTMLTextAreaElement ? '#panel' : FOCUSED[state];
    if (next && (isHidden || focused === document.body)) /** @type {HTMLElement | null} */ (this.querySelector(next))?.focus();
  }

  /** @param {ServerMessage} message */
  #receive(message) {
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message);
      case 'entry':
        this.thread.set(message.entry);
        this.#outbox.arrived(message.entry);
        break;
      case 'settings':
        this.settings = message.settings;
        break;
      case 'permission':
        this.permission = message.permission;
        break;
      case 'error':
        if (message.call === null) this.#writeAgain(this.#outbox.refused());
        this.phone.refused(message.call, new Refused(message.error, message.detail));
        break;
      default:
        this.phone.receive(message);
    }
    this.requestUpdate();
  }

  /** @param {import('./channel.js').Welcome} message */
  #welcome({ page, name, call, settings, permission, thread }) {
    if (page.id !== this.#page) {
      this.#channel?.close();
      return this.#close('other_page');
    }
    Object.assign(this, { pageName: page.name, ownName: name, settings, permission, isOnline: true, isUnsent: false });
    const known = new Set(this.thread.entries.map(({ id }) => id));
    thread.filter(({ id }) => !known.has(id)).forEach((entry) => this.#outbox.arrived(entry));
    this.thread.setAll(thread);
    this.#outbox.empty().forEach((text) => this.write(text));
    this.doors.welcomed?.(this.#token ?? '');
    this.phone.welcome(call);
    this.requestUpdate();
  }

  /** What the server did not take is not gone. @param {string} [text] */
  #writeAgain(text) {
    const box = /** @type {HTMLTextAreaElement | null} */ (this.querySelector('#text'));
    if (text && box) box.value = [text, box.value].filter(Boolean).join('\n');
  }

  #lost() {
    this.isOnline = false;
    this.phone.lost();
    this.requestUpdate();
  }

  /** Nothing of one conversation stays for the next. */
  #leave() {
    if (this.phone.isLive) this.phone.hangUp();
    this.phone.stop();
    this.#channel?.close();
    this.thread = new Thread();
    this.#outbox.empty();
    Object.assign(this, { settings: NONE, permission: { granted: false, expires_at: null }, pageName: '', ownName: '', isOnline: false });
  }

  /** @param {import('./channel.js').Closed} why */
  #close(why) {
    this.isOnline = false;
    this.closed = why;
    this.phone.stop();
    this.doors.closed?.(why);
    this.requestUpdate();
  }

  /** The keys of a keyboard work while the keypad is open, and nobody writes. @param {KeyboardEvent} event */
  #key({ key, target, ctrlKey, metaKey, altKey }) {
    const writes = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
    if (this.isKeypadOpen && !writes && !ctrlKey && !metaKey && !altKey && /^[0-9*#]$/.test(key)) this.phone.press(key);
  }
}

customElements.define('offhook-consumer', ConsumerApp);

/** A list that is scrolled nearer to its end than this stays there when something comes. */
const NEAR_PX = 80;

/** @type {Partial<Record<State, string>>} */
const FOCUSED = { ringing: '#accept', connected: '#mute', calling: '#hang-up', ended: '#dismiss' };

const [ICON, RINGING] = ['icon', 'ringing'].map((name) => new URL(`../kit/${name}.svg`, import.meta.url));

/** Where a call lies over the conversation; style/call.css has the same. */
const SMALL_SCREEN = 'not ((min-width: 48rem) and (min-height: 30rem))';
