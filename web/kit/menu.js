import { html } from '../vendor/lit.js';
import { icon } from './icon.js';

/**
 * A button, and the menu that hangs below it.
 *
 * @param {string} label of the button
 * @param {unknown} rows
 */
export function menuView(label, rows) {
  return html`
    <button class="icon plain" id="more" popovertarget="menu" aria-label=${label}>${icon('more')}</button>
    <div class="menu hanging" id="menu" popover @beforetoggle=${place}>${rows}</div>
  `;
}

export function closeMenu() {
  document.getElementById('menu')?.hidePopover();
}

/** @param {ToggleEvent} event */
function place(event) {
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  const button = document.getElementById('more')?.getBoundingClientRect();
  if (!button || event.newState !== 'open') return;
  menu.style.top = `${button.bottom + 4}px`;
  menu.style.insetInlineEnd = `${document.dir === 'rtl' ? button.left : innerWidth - button.right}px`;
}
