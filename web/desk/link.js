/** @typedef {{name: string, secret: string}} Link */

/**
 * What the link that opened the page fills in for whoever signs in. It stands behind the `#`, which no server and no log sees, and
 * goes out of sight of who looks at the address. Nobody is signed in by a link alone: it could be another one's.
 *
 * @returns {Link | null}
 */
export function takeFromLink() {
  // A link that is pasted into the open page is as one that opens it.
  addEventListener('hashchange', () => location.reload());
  const given = new URLSearchParams(location.hash.slice(1));
  const [name, secret] = [given.get('name'), given.get('secret')];
  if (!name || !secret) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return { name, secret };
}
