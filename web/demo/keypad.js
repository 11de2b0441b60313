import { button, element } from './page.js';

/** The most pressed keys that stay readable. */
const SHOWN_MAX = 24;

/**
 * The keypad: its own buttons, and the same keys of a keyboard while it is open.
 *
 * @param {(key: string) => void} onPress
 */
export function keypad(onPress) {
  const pad = element('keypad');
  const toggle = button('keypad-toggle');
  const press = (/** @type {string} */ key) => {
    const shown = element('pressed');
    shown.textContent = `${shown.textContent}${key}`.slice(-SHOWN_MAX);
    onPress(key);
  };
  pad.addEventListener('click', ({ target }) => {
    if (target instanceof HTMLElement && target.dataset.key) press(target.dataset.key);
  });
  addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
    if (!pad.hidden && !ctrlKey && !metaKey && !altKey && /^[0-9*#]$/.test(key)) press(key);
  });
  const open = (/** @type {boolean} */ wanted) => {
    pad.hidden = !wanted;
    toggle.setAttribute('aria-expanded', String(wanted));
  };
  toggle.addEventListener('click', () => open(pad.hidden === true));
  return {
    close() {
      open(false);
      element('pressed').textContent = '';
    },
  };
}
