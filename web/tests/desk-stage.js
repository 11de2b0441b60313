import { STRIPES } from './stage.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {{page_id: string, page_token: string}} Shop */

/** What each sends, in hertz: far from each other, from their harmonics and from the hold tone's 440 and 554. */
export const VOICES = { ada: 1000, bo: 700, consumer: 1500 };

/**
 * A Page that no app wants calls of: they go to the desk.
 *
 * @param {Stage} stage
 * @returns {Promise<Shop>}
 */
export function shop(stage) {
  return stage.server.page('Shop');
}

/**
 * An agent of the Page, who has signed in and takes calls.
 *
 * @param {Stage} stage
 * @param {Shop} shop
 * @param {string} name
 * @param {object} [options]
 * @param {number} [options.hertz] what they send
 * @param {import('playwright-core').BrowserContextOptions} [options.look]
 * @returns {Promise<Page>}
 */
export async function agent(stage, { page_id }, name, { hertz = VOICES.ada, look = {} } = {}) {
  const { secret } = await stage.server.admin('POST', 'agents', { name, pages: [page_id] });
  const desk = await stage.open(`desk?tone=${hertz}&camera=${STRIPES.business}`, look, pretend);
  await signIn(desk, name, secret);
  stage.forgive(/status of 401/); // That nobody was signed in.
  await desk.check('#free');
  await shown(desk, 'board.free');
  await listen(desk);
  return desk;
}

/**
 * @param {Page} desk
 * @param {string} name
 * @param {string} secret
 */
export async function signIn(desk, name, secret) {
  await desk.fill('#name', name);
  await desk.fill('#secret', secret);
  await desk.click('#sign-in');
  await desk.waitForSelector('#line[data-online=true]');
}

/**
 * A consumer of the Page, at their client.
 *
 * @param {Stage} stage
 * @param {Shop} shop
 * @param {string} [name]
 * @returns {Promise<{client: Page, psid: string}>}
 */
export async function consumer(stage, { page_id }, name = 'Grace Hopper') {
  const who = await stage.server.stranger(name, page_id);
  const query = { tone: String(VOICES.consumer), camera: STRIPES.consumer };
  const client = await stage.client(who, { page: page_id, query, prepare: pretend });
  await listen(client);
  return { client, psid: who.psid };
}

/** Lets the page's ear (`hears`) listen to what it plays. @param {Page} page */
export async function listen(page) {
  await page.evaluate(async () => {
    const { speaker } = await import(/** @type {string} */ ('/assets/kit/media/open-media.js'));
    Object.assign(window, { offhookDemo: { remote: speaker.mix } });
  });
}

/**
 * Waits until the desk's phone has something that is true at this path.
 *
 * @param {Page} desk
 * @param {string} path
 */
export function shown(desk, path) {
  return desk.waitForFunction((/** @type {string} */ path) => {
    const { phone } = /** @type {any} */ (document.querySelector('offhook-desk'));
    return path.split('.').reduce((value, name) => value?.[name], phone);
  }, path);
}

/**
 * Before a page is loaded: its microphone is the tone of `?tone=`, its camera the stripes of `?camera=`, as on the demo's pages.
 *
 * @param {Page} page
 */
function pretend(page) {
  return page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const real = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wanted) => {
      mediaDevices.getUserMedia = real;
      const { pretendDevices } = await import(/** @type {string} */ ('/assets/demo/pretend-devices.js'));
      pretendDevices();
      return mediaDevices.getUserMedia(wanted);
    };
  });
}
