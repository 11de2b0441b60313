import { element } from './page.js';
import { card } from './thread-card.js';

/**
 * @typedef {import('./consumer-channel.js').DeviceMessage} DeviceMessage
 * @typedef {import('./call-button.js').Settings} Settings
 * @typedef {{title: string} & ({type: 'audio_call', expires_at: number} | {type: 'web_url', url: string}
 *         | {type: 'postback', payload: string})} Button
 * @typedef {{title: string, subtitle?: string, buttons?: Button[]}} Element
 * @typedef {{type: 'template', text: string, buttons: Button[]} | {type: 'template', elements: Element[]}} Template
 * @typedef {{type: 'text', text: string}
 *         | {type: 'call', direction: 'user_initiated' | 'business_initiated', outcome: 'completed' | 'missed', seconds: number}
 *         | {type: 'permission_request', expires_at: number, reply: 'approve' | 'reject' | null}
 *         | {type: 'call_prompt', expires_at: number}
 *         | Template} Kind
 * @typedef {{id: string, at: number, from: 'business' | 'consumer', kind: Kind}} Entry
 * @typedef {{say: (message: DeviceMessage) => void, dial: (video: boolean, entry?: string) => void}} Acts
 */

/** The conversation with the business. */
export class Thread {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Settings} */
  #settings = { audio: false, video: false, icon: false, open: false, next_opening: null };
  #acts;
  #list = element('entries');

  /** @param {Acts} acts */
  constructor(acts) {
    this.#acts = acts;
    const text = /** @type {HTMLInputElement} */ (element('text'));
    element('compose').addEventListener('submit', (event) => {
      event.preventDefault();
      acts.say({ type: 'message', text: text.value });
      text.value = '';
    });
  }

  /** @param {Entry[]} entries oldest first */
  showAll(entries) {
    this.#entries = entries;
    this.#draw();
  }

  /** @param {Entry} entry new, or changed */
  show(entry) {
    const wasAtEnd = this.#isAtEnd();
    const index = this.#entries.findIndex(({ id }) => id === entry.id);
    if (index < 0) {
      this.#entries.push(entry);
      this.#list.append(this.#card(entry));
    } else {
      this.#entries[index] = entry;
      this.#list.children[index].replaceWith(this.#card(entry));
    }
    if (wasAtEnd) this.#toEnd();
  }

  /** @param {Settings} settings */
  allowCalls(settings) {
    this.#settings = settings;
    this.#draw();
  }

  #draw() {
    const wasAtEnd = this.#isAtEnd();
    this.#list.replaceChildren(...this.#entries.map((entry) => this.#card(entry)));
    if (wasAtEnd) this.#toEnd();
  }

  /** @param {Entry} entry */
  #card(entry) {
    return card(entry, this.#settings, this.#acts);
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#list;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  #toEnd() {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}

/** A list that is scrolled nearer to its end than this stays there when something comes. */
const NEAR_PX = 80;
