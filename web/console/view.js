import { LitElement, html, nothing } from '../vendor/lit.js';

/** What the console's views share: the page's own style sheets reach into them, and they say what went wrong. */
export class View extends LitElement {
  /** Why the last thing that was asked for did not come about. @type {string | null} */
  problem = null;
  /** What was just done. @type {string | null} */
  done = null;
  isBusy = false;
  /** Why it was not read the last time, which is over when it is read. @type {string | null} */
  #unread = null;

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    void this.load();
  }

  /** Reads what the view shows, at first and whenever it may have changed. */
  async load() {
    try {
      await this.read();
      if (this.problem === this.#unread) this.problem = null;
      this.#unread = null;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.problem = this.#unread = error.message;
    }
    this.requestUpdate();
  }

  /** @returns {Promise<unknown>} */
  async read() {
    return null;
  }

  /**
   * Does something, and shows why it failed.
   *
   * @param {() => Promise<unknown>} deed
   * @param {string} [done] what to say when it is done
   * @returns {Promise<boolean>} whether it is done
   */
  async attempt(deed, done) {
    this.isBusy = true;
    this.problem = this.done = null;
    this.requestUpdate();
    try {
      await deed();
      this.done = done ?? null;
      return true;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.problem = error.message;
      return false;
    } finally {
      this.isBusy = false;
      this.requestUpdate();
    }
  }

  /** What went wrong, or was just done. */
  notices() {
    return html`
      <div class="notices" role="status">
        ${this.problem ? html`<p class="problem">${this.problem}</p>` : nothing}
        ${this.done ? html`<p class="done">${this.done}</p>` : nothing}
      </div>
    `;
  }
}

/**
 * The values of a form's fields, by their names; of a checkbox whether it is ticked.
 *
 * @param {Event} event
 * @returns {Record<string, any>}
 */
export function filledIn(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const fields = [...form.elements].filter(
    (field) => field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement,
  );
  return Object.fromEntries(
    fields
      .filter(({ name }) => name !== '')
      .map((field) => [field.name, field instanceof HTMLInputElement && field.type === 'checkbox' ? field.checked : field.value]),
  );
}
