/**
 * The page stands in a frame of a business's own site, put there by `<offhook-call>` (web/embed/embed.js), which says the
 * token. Only origins that the Page allows may frame it (`frame-ancestors`), so whoever is the parent may speak; nobody else
 * is listened to. What goes back names the state of the call and nothing that was said.
 *
 * @typedef {{offhook: 'ready'} | {offhook: 'state', state: string} | {offhook: 'closed', why: string}
 *         | {offhook: 'escape'}} ToSite
 *
 * @param {import('../app.js').ConsumerApp} app
 * @param {string} page
 */
export function enterFromFrame(app, page) {
  let site = '*';
  const tell = (/** @type {ToSite} */ message) => parent.postMessage(message, site);
  app.doors = { state: (state) => tell({ offhook: 'state', state }), closed: (why) => tell({ offhook: 'closed', why }) };
  addEventListener('message', ({ source, origin, data }) => {
    if (source !== parent || data?.offhook !== 'token' || !(data.token === null || typeof data.token === 'string')) return;
    site = origin;
    app.open(page, data.token);
  });
  // A dialog, a menu or a call over the conversation takes the key for itself.
  const isOver = () => app.isCovered || document.querySelector('dialog[open], :popover-open') !== null;
  addEventListener('keydown', ({ key }) => key === 'Escape' && !isOver() && tell({ offhook: 'escape' }));
  tell({ offhook: 'ready' });
}
