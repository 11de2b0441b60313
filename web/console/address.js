/**
 * What the address says: which view, of what. Every view has an address of its own, so all of it can be linked to.
 *
 * @typedef {{view: string, of: string[], query: URLSearchParams}} Address
 */

/** Where the server's paths begin; not `/` below a base path. */
export const ROOT = new URL('../../', import.meta.url);

const HOME = new URL('console', ROOT).pathname;

/** @returns {Address} */
export function here() {
  const [view = 'calls', ...of] = location.pathname.slice(HOME.length).split('/').filter(Boolean).map(decoded);
  return { view, of, query: new URLSearchParams(location.search) };
}

/** The address of a view: `to('calls', id)`. @param {(string | number)[]} segments */
export function to(...segments) {
  return [HOME, ...segments.map((segment) => encodeURIComponent(segment))].join('/');
}

/**
 * Shows another view.
 *
 * @param {string} address
 * @param {{replace?: boolean}} [options] `replace`: going back skips the one before
 */
export function go(address, { replace = false } = {}) {
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  dispatchEvent(new PopStateEvent('popstate'));
}

/**
 * Follows links to views without loading the page again, unless the person wants another tab or a download.
 *
 * @param {MouseEvent} event
 */
export function follow(event) {
  const link = event.composedPath().find((element) => element instanceof HTMLAnchorElement);
  const asIs = event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || asIs || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.pathname !== HOME && !link.pathname.startsWith(`${HOME}/`)) return;
  event.preventDefault();
  go(link.href);
}

/** @param {string} segment */
function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
