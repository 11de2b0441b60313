import { button, element } from './page.js';

/**
 * What the Page's settings mean for its consumers. `next_opening` is in milliseconds since the epoch.
 *
 * @typedef {{audio: boolean, video: boolean, icon: boolean, open: boolean, next_opening: number | null}} Settings
 */

/**
 * The call buttons of the thread's head: gone if the business does not want to be called from there, off outside its hours.
 *
 * @param {Settings} settings
 */
export function showCallButtons(settings) {
  const { audio, video, icon, open } = settings;
  button('call').hidden = !audio || !icon;
  button('call-video').hidden = !audio || !icon || !video;
  for (const id of ['call', 'call-video']) allowCall(button(id), open);
  for (const id of ['accept-video', 'camera']) button(id).hidden = !video;
  element('hours').hidden = open || !audio || !icon;
  element('hours').textContent = openingSentence(settings);
}

let busy = false;

/**
 * A button that calls works if it may and if no call goes on.
 *
 * @param {HTMLButtonElement} button
 * @param {boolean} allowed
 */
export function allowCall(button, allowed) {
  button.dataset.calls = allowed ? 'allowed' : 'refused';
  button.disabled = busy || !allowed;
}

/** @param {boolean} now whether a call goes on */
export function setBusy(now) {
  busy = now;
  for (const found of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('button[data-calls]'))) {
    allowCall(found, found.dataset.calls === 'allowed');
  }
}

/** @param {Settings} settings */
export function openingSentence({ next_opening }) {
  return next_opening === null ? 'Calls are closed' : `Calls open ${dayAndTime(next_opening)}`;
}

/** @param {number} at milliseconds since the epoch */
function dayAndTime(at) {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  /** @type {Intl.DateTimeFormatOptions} */
  const day = isToday ? {} : { weekday: 'short' };
  return new Date(at).toLocaleString([], { ...day, hour: '2-digit', minute: '2-digit' });
}
