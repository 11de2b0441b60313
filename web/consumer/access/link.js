import { keepForLong, keptForLong } from '../../kit/storage.js';

/**
 * The page was opened by itself: its token stands behind the `#` of the link, which no server and no log sees, and moves from
 * there into this browser's storage, out of sight of who looks at the address. Later the page opens without it.
 *
 * @param {import('../app.js').ConsumerApp} app
 * @param {string} page
 */
export function enterFromLink(app, page) {
  const key = `offhook-token-${page}`;
  app.doors = {
    enter: (token) => app.open(page, token),
    // A link that is no good any more does not cost the conversation that this browser knows.
    welcomed: (token) => keepForLong(key, token),
    leave: () => {
      keepForLong(key, null);
      location.reload();
    },
  };
  const takeFromAddress = () => {
    const token = tokenIn(location.hash);
    if (!token) return false;
    history.replaceState(null, '', location.pathname + location.search);
    app.doors.enter?.(token);
    return true;
  };
  addEventListener('hashchange', takeFromAddress);
  if (!takeFromAddress()) app.open(page, keptForLong(key));
}

/**
 * `#token=oc_…` or `#oc_…`. Something else behind the `#` is no token.
 *
 * @param {string} hash
 */
function tokenIn(hash) {
  return /^#(?:token=|(?=oc_))(.+)/.exec(hash)?.[1];
}
