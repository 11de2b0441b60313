import { LitElement, html } from '../vendor/lit.js';
import { audioContext } from '../kit/media/audio-context.js';
import { speaker } from '../kit/media/open-media.js';
import { closeMenu } from '../kit/menu.js';
import { Lost } from '../kit/refusal.js';
import { RingNotice } from '../kit/ring-notice.js';
import { DeskChannel } from './channel.js';
import { KEYS } from './keys.js';
import { takeFromLink } from './link.js';
import { Note } from './note.js';
import { DeskPhone } from './phone.js';
import { signIn, signOut, signedIn } from './session.js';
import { loadTexts } from './texts/load.js';
import { beforeView } from './views/before.js';
import { callView } from './views/call.js';
import { headView } from './views/head.js';
import { listsView } from './views/lists.js';
import { ringingView, ringsWhere } from './views/ringing.js';
import { closedView, signInView } from './views/sign-in.js';

/** @typedef {import('./channel.js').AgentMessage} AgentMessage */
/** @typedef {import('./channel.js').Closed} Closed */
/** @typedef {import('./channel.js').DeskMessage} DeskMessage */
/** @typedef {import('./session.js').Answer} Answer */
/** @typedef {'consumers' | 'history' | 'colleagues'} List */

/** `<offhook-desk>`: what rings at an agent, the call that they have, and what they can look up. */
export class DeskApp extends LitElement {
  texts;
  phone = new DeskPhone((message) => this.say(message), () => this.requestUpdate());
  /** Who is signed in, or why nobody is; `null` before the server has told. @type {Answer | null} */
  who = null;
  /** What a link fills in for who signs in. @type {import('./link.js').Link | null} */
  link = null;
  /** The agent's own name. */
  name = '';
  /** @type {import('./channel.js').Page[]} */
  pages = [];
  isOnline = false;
  /** Why there is no way back to the server. @type {Closed | null} */
  closed = null;
  /** @type {List} */
  list = 'consumers';
  /** The Page whose consumers are shown. */
  page = '';
  wanted = '';
  /** @type {import('./channel.js').Consumer[] | null} */
  consumers = null;
  /** The psids of those who were asked for permission. @type {Set<string>} */
  asked = new Set();
  /** @type {import('./channel.js').PastCall[] | null} */
  history = null;
  note = new Note((call, text) => this.say({ type: 'note', call, text }));
  /** With whom the agent talks, or who rings, as the server knows them. @type {import('./channel.js').Known | null} */
  known = null;

  /** @type {DeskChannel | null} */
  #channel = null;
  #notice = new RingNotice();
  /** The call that the lists were read for. */
  #readFor = '';
  /** The call about whose consumer was asked. */
  #askedFor = '';

  /** @param {import('./sentences.js').Texts} texts */
  constructor(texts) {
    super();
    this.texts = texts;
  }

  /** The page's own style sheets reach into it. */
  createRenderRoot() {
    return this;
  }

  /** What is heard, for whoever measures it. */
  get speaker() {
    return speaker;
  }

  async start() {
    audioContext().addEventListener('statechange', () => this.requestUpdate());
    addEventListener('keydown', (event) => this.#press(event));
    this.link = takeFromLink();
    const who = await signedIn();
    // A link of somebody else's is for who wants to sign in as them.
    this.#welcome(this.link && typeof who !== 'string' && who.name !== this.link.name ? 'nobody' : who);
  }

  /**
   * @param {string} name
   * @param {string} secret
   */
  async signIn(name, secret) {
    audioContext();
    this.who = null;
    this.requestUpdate();
    this.#welcome(await signIn(name, secret));
  }

  async signOut() {
    this.note.save();
    await signOut();
    this.note.forget();
    this.#leave('nobody');
  }

  /** @param {AgentMessage} message */
  say(message) {
    const isOut = this.#channel?.send(message) ?? false;
    if (!isOut) this.phone.complain(new Lost());
    return isOut;
  }

  /** @param {List} list */
  open(list) {
    this.list = list;
    this.read();
  }

  /** Asks for what the open list shows. */
  read() {
    if (this.list === 'history') this.say({ type: 'history' });
    if (this.list === 'consumers' && this.page) this.say({ type: 'consumers', page: this.page, text: this.wanted });
    this.requestUpdate();
  }

  /**
   * @param {string} page
   * @param {string} wanted
   */
  search(page, wanted) {
    Object.assign(this, { page, wanted });
    this.read();
  }

  /** In the language that the agent has chosen. */
  async speak() {
    this.texts = await loadTexts();
    closeMenu();
    this.requestUpdate();
  }

  /** Whether calls would ring without a sound: the browser waits for a touch. */
  get isSilent() {
    return this.phone.isSoundBlocked || (this.phone.board.free && audioContext().state === 'suspended');
  }

  unblockSound() {
    void audioContext().resume();
    this.phone.unblockSound();
  }

  render() {
    if (this.closed) return closedView(this, this.closed);
    if (this.who === null || typeof this.who === 'string') return signInView(this, this.who);
    return html`
      <main class="desk" data-call=${this.phone.state !== 'idle'}>
        ${headView(this)}
        <section class="now" aria-label=${this.texts.say('calls_now')}>
          ${ringingView(this)} ${callView(this)} ${beforeView(this)}
        </section>
        ${this.pages.length ? listsView(this) : html`<p class="hint nothing">${this.texts.say('no_pages')}</p>`}
      </main>
    `;
  }

  updated() {
    this.texts.mark(document.documentElement);
    document.title = this.#title();
    const first = this.phone.state === 'idle' ? this.phone.board.ringing.at(0) : null;
    this.#notice.tell(first ? { title: this.#title(), body: ringsWhere(this, first) } : null);
  }

  #title() {
    const { ringing } = this.phone.board;
    if (ringing.length > 1) return this.texts.say('ringing_count', { count: ringing.length });
    return ringing.length === 1 ? this.texts.say('title_ringing', { name: ringing[0].name }) : this.texts.say('title');
  }

  /** @param {Answer} answer */
  #welcome(answer) {
    this.who = answer;
    if (typeof answer !== 'string') {
      this.closed = this.link = null;
      this.#channel = new DeskChannel({
        message: (message) => this.#receive(message),
        lost: () => this.#lost(),
        closed: (why) => this.#close(why),
      });
    }
    this.requestUpdate();
  }

  /** @param {DeskMessage} message */
  #receive(message) {
    switch (message.type) {
      case 'welcome':
        Object.assign(this, { name: message.name, pages: message.pages, isOnline: true });
        this.note.open(message.agent);
        this.#askedFor = '';
        if (!this.pages.some(({ id }) => id === this.page)) this.page = this.pages[0]?.id ?? '';
        this.read();
        break;
      case 'board':
        this.phone.show(message);
        if (message.call?.mine && message.call.since) this.note.begin(message.call);
        this.#readAnew();
        this.#askWho();
        break;
      case 'consumers':
        if (message.page === this.page) this.consumers = message.consumers;
        break;
      case 'consumer':
        this.known = message;
        break;
      case 'history':
        this.history = message.calls;
        break;
      case 'permission_requested':
        this.asked.add(message.psid);
        break;
      case 'noted':
        this.note.saved(message.call);
        if (this.list === 'history') this.read();
        break;
      case 'error':
        this.note.refused();
        this.phone.receive(message);
        break;
      default:
        this.phone.receive(message);
    }
    this.requestUpdate();
  }

  /** A call that begins or ends changes what the lists show. */
  #readAnew() {
    const call = this.phone.call?.id ?? '';
    if (call === this.#readFor) return;
    this.#readFor = call;
    this.read();
  }

  /** Whom the agent talks with, or hears ringing first. */
  get party() {
    return this.phone.call ?? this.phone.board.ringing.at(0) ?? null;
  }

  #askWho() {
    const who = this.party;
    if (!who || who.id === this.#askedFor) return;
    this.#askedFor = who.id;
    this.say({ type: 'consumer', page: who.page, psid: who.psid });
  }

  /** What rings first is answered by a key, whatever the agent is at. @param {KeyboardEvent} event */
  #press(event) {
    const call = this.phone.board.ringing.at(0);
    if (!call || event.repeat || !Object.values(KEYS).includes(event.key)) return;
    event.preventDefault();
    if (event.key === KEYS.refuse) this.say({ type: 'refuse', call: call.id });
    else if (this.phone.state === 'idle') void this.phone.accept(call);
  }

  #lost() {
    this.isOnline = false;
    this.note.refused();
    this.phone.lost(new Lost());
    this.requestUpdate();
  }

  /** @param {Closed} why */
  #close(why) {
    if (why === 'unknown_token') return this.#leave('signed_out');
    this.closed = why;
    this.#leave('nobody');
  }

  /** @param {Answer} who */
  #leave(who) {
    this.phone.stop();
    this.#channel?.close();
    this.#channel = null;
    Object.assign(this, { who, isOnline: false, name: '', pages: [], consumers: null, history: null, known: null, asked: new Set() });
    this.requestUpdate();
  }
}

customElements.define('offhook-desk', DeskApp);
