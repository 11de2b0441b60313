/**
 * Counts a call's time on `element`, until the returned function is called. The last value stays.
 *
 * @param {HTMLElement} element
 * @param {number} since milliseconds since the epoch
 * @returns {() => void}
 */
export function countTime(element, since) {
  const show = () => (element.textContent = clock(Math.max(0, Date.now() - since) / 1000));
  show();
  const timer = setInterval(show, 250);
  return () => clearInterval(timer);
}

/** A moment in UTC, for who compares it with a log: `2026-03-01 17:04:05 UTC`. @param {number} at milliseconds since the epoch */
export function inUtc(at) {
  return new Date(at).toISOString().replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

/**
 * Seconds as `m:ss`, from an hour on `h:mm:ss`.
 *
 * @param {number} seconds
 */
export function clock(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
