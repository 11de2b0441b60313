import { html } from '../vendor/lit.js';

/**
 * A button that copies a text, and says so.
 *
 * @param {string} text
 * @param {string} [label] what it copies, if that is not plain
 */
export function copyButton(text, label = 'Copy') {
  const copy = async (/** @type {Event} */ { currentTarget }) => {
    const button = /** @type {HTMLButtonElement} */ (currentTarget);
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    button.textContent = isCopied ? 'Copied' : 'Select it and copy it yourself';
    setTimeout(() => (button.textContent = 'Copy'), SAID_MS);
  };
  return html`<button type="button" class="link copy" aria-label=${label} @click=${copy}>Copy</button>`;
}

const SAID_MS = 2000;
