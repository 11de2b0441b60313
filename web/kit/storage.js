/**
 * What a tab keeps over a reload, and what this browser keeps for longer. A browser may forbid both, in a frame for instance:
 * then nothing is kept, and nothing else changes.
 */

/**
 * @param {string} key
 * @returns {string | null}
 */
export function kept(key) {
  return attempt(() => sessionStorage.getItem(key));
}

/**
 * @param {string} key
 * @param {string} value
 */
export function keep(key, value) {
  attempt(() => sessionStorage.setItem(key, value));
}

/**
 * @param {string} key
 * @returns {string | null}
 */
export function keptForLong(key) {
  return attempt(() => localStorage.getItem(key));
}

/**
 * @param {string} key
 * @param {string | null} value `null` forgets it
 */
export function keepForLong(key, value) {
  attempt(() => (value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value)));
}

/**
 * @template T
 * @param {() => T} act
 * @returns {T | null}
 */
function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
