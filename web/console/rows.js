import { LitElement, html, repeat } from '../vendor/lit.js';

/** @typedef {{key: string | number, offset: number}} Top */

/**
 * `<offhook-rows>`: a list of which only what can be seen is in the page, however long it is. All rows are equally high. What
 * is looked at stays in its place while rows come above it. Arrow keys, Home and End go from row to row. It sends `end` when
 * its end is near, or when what somebody comes back to lies further on.
 *
 * @template T
 */
export class Rows extends LitElement {
  static properties = { items: { attribute: false }, row: { attribute: false } };

  constructor() {
    super();
    /** @type {T[]} */
    this.items = [];
    /** A row: one link or button. @type {(item: T) => unknown} */
    this.row = () => null;
  }

  /** @type {(item: T) => string | number} */
  key = String;
  label = '';

  #height = 0;
  #first = 0;
  #last = FEW;
  /** The row at the top, and how far it is scrolled out. @type {Top | null} */
  #top = null;
  /** What was at the top when somebody left, until it is there again or they go elsewhere. @type {Top | null} */
  #wanted = history.state?.top ?? null;
  /** Whether it would show the newest if nobody pointed at a row. */
  #isStayed = false;
  #watch = new ResizeObserver(() => this.#look());
  #leave = () => history.replaceState({ ...history.state, top: this.#top }, '');

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener('scroll', () => this.#look(), { passive: true });
    this.addEventListener('keydown', (event) => this.#press(event));
    for (const gesture of ['wheel', 'pointerdown', 'keydown']) this.addEventListener(gesture, () => this.#choose(), { passive: true });
    this.addEventListener('pointerleave', () => this.#unstay());
    // Before any link is followed: whoever comes back finds their place.
    document.addEventListener('click', this.#leave, { capture: true });
    this.#watch.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('click', this.#leave, { capture: true });
    this.#watch.disconnect();
  }

  render() {
    const shown = this.items.slice(this.#first, this.#last);
    return html`
      <div class="unshown"></div>
      <ol aria-label=${this.label}>
        ${repeat(
          shown,
          (item) => this.key(item),
          (item, index) => html`<li aria-setsize=${this.items.length} aria-posinset=${this.#first + index + 1}>${this.row(item)}</li>`,
        )}
      </ol>
      <div class="unshown"></div>
    `;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has('items') || !this.#top || this.#wanted) return;
    if (this.scrollTop === 0 && !this.matches(':hover') && !this.contains(document.activeElement)) return;
    const { key, offset } = this.#top;
    const index = this.items.findIndex((item) => this.key(item) === key);
    if (index < 0) return;
    this.#isStayed ||= this.scrollTop === 0 && index > 0;
    void this.updateComplete.then(() => (this.scrollTop = index * this.#height + offset));
  }

  updated() {
    const [before, after] = /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('.unshown'));
    before.style.blockSize = `${this.#first * this.#height}px`;
    after.style.blockSize = `${Math.max(0, this.items.length - this.#last) * this.#height}px`;
    this.#look();
    this.#comeBack();
  }

  /** Whoever moves by themselves stays where they go. */
  #choose() {
    this.#wanted = null;
    this.#isStayed = false;
  }

  #comeBack() {
    if (!this.#wanted || this.#height === 0) return;
    const { key, offset } = this.#wanted;
    const index = this.items.findIndex((item) => this.key(item) === key);
    if (index < 0) return void this.dispatchEvent(new Event('end'));
    this.#wanted = null;
    this.scrollTop = index * this.#height + offset;
  }

  /** Nobody points at a row any more: the newest are shown again to who had not gone further down. */
  #unstay() {
    if (this.#isStayed) this.scrollTop = 0;
    this.#isStayed = false;
  }

  /** Shows what can be seen from here. */
  #look() {
    const row = this.querySelector('li');
    if (row) this.#height = row.getBoundingClientRect().height;
    if (this.#height === 0) return;
    const [from, count] = [Math.floor(this.scrollTop / this.#height), Math.ceil(this.clientHeight / this.#height)];
    const top = this.items[from];
    this.#top = top === undefined ? null : { key: this.key(top), offset: this.scrollTop - from * this.#height };
    const [first, last] = [Math.max(0, from - SPARE), from + count + SPARE];
    if (last >= this.items.length) this.dispatchEvent(new Event('end'));
    if (first === this.#first && last === this.#last) return;
    [this.#first, this.#last] = [first, last];
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const at = this.items.findIndex((item) => this.key(item) === this.#focused());
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.items.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    void this.#focus(Math.min(Math.max(next, 0), this.items.length - 1));
  }

  #focused() {
    const row = document.activeElement?.closest('li');
    const index = row ? [...this.querySelectorAll('li')].indexOf(row) : -1;
    const item = this.items[this.#first + index];
    return index < 0 || item === undefined ? null : this.key(item);
  }

  /** @param {number} index */
  async #focus(index) {
    const top = index * this.#height;
    if (top < this.scrollTop) this.scrollTop = top;
    if (top + this.#height > this.scrollTop + this.clientHeight) this.scrollTop = top + this.#height - this.clientHeight;
    this.#look();
    await this.updateComplete;
    const row = this.querySelectorAll('li')[index - this.#first];
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector('a, button'))?.focus({ preventScroll: true });
  }
}

customElements.define('offhook-rows', Rows);

/** How many rows there are in the page before it is known how many fit. */
const FEW = 40;
/** How many rows are kept beyond what is seen, on each side. */
const SPARE = 12;
