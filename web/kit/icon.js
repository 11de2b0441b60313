import { html } from '../vendor/lit.js';

const file = new URL('./icon.svg', import.meta.url).href;

/**
 * A picture of icon.svg; what it stands for is said by the words beside it or by the button's label.
 *
 * @param {string} name
 * @param {string} [className]
 */
export function icon(name, className = '') {
  const classes = POINTING.has(name) ? `${className} pointing` : className;
  return html`<svg class=${classes} viewBox="0 0 24 24" aria-hidden="true"><use href="${file}#${name}"></use></svg>`;
}

/** Those that point where a line of text goes on, or came from. */
const POINTING = new Set(['hand-over', 'incoming', 'leave', 'outgoing', 'send']);
