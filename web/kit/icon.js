import { html } from '../vendor/lit.js';

const file = new URL('./icon.svg', import.meta.url).href;

/**
 * A picture of icon.svg; what it stands for is said by the words beside it or by the button's label.
 *
 * @param {string} name
 * @param {string} [className]
 */
export function icon(name, className = '') {
  return html`<svg class=${className} viewBox="0 0 24 24" aria-hidden="true"><use href="${file}#${name}"></use></svg>`;
}
