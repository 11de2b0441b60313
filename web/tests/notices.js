/**
 * Watches the notices that a page lets the system show, and lets it look as if another window were in front.
 *
 * @param {import('playwright-core').Page} page one that may show notices
 */
export async function watchNotices(page) {
  await page.evaluate(() => {
    const watched = Object.assign(window, { notices: /** @type {Notification[]} */ ([]), isLedHere: false });
    window.focus = () => void (watched.isLedHere = true);
    window.Notification = class extends Notification {
      constructor(/** @type {string} */ title, /** @type {NotificationOptions | undefined} */ options) {
        super(title, options);
        watched.notices.push(this);
      }
      close() {
        super.close();
        watched.notices.splice(watched.notices.indexOf(this), 1);
      }
    };
  });
  return {
    lookElsewhere: () => page.evaluate(() => void (document.hasFocus = () => false)),
    /** Title and text of each. */
    shown: () => page.evaluate(() => /** @type {any} */ (window).notices.map((/** @type {Notification} */ { title, body }) => [title, body])),
    /** @param {number} count */
    until: (count) => page.waitForFunction((count) => /** @type {any} */ (window).notices.length === count, count),
    /** Clicks the only one; whether that led to the page. */
    click: () =>
      page.evaluate(() => {
        const { notices } = /** @type {any} */ (window);
        notices[0].dispatchEvent(new Event('click'));
        return /** @type {any} */ (window).isLedHere;
      }),
  };
}
