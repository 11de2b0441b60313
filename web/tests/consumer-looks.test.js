import { after, afterEach, before, test } from 'node:test';

import { Gallery } from './gallery.js';
import { Stage, inState } from './stage.js';

/** @typedef {import('playwright-core').BrowserContextOptions} Look */

/** @type {[string, Look][]} */
const LOOKS = [
  ['wide-light', { viewport: { width: 1200, height: 800 }, colorScheme: 'light' }],
  ['narrow-dark-rtl', { viewport: { width: 390, height: 780 }, colorScheme: 'dark', locale: 'ar', hasTouch: true, isMobile: true }],
  ['narrow-light', { viewport: { width: 320, height: 640 }, colorScheme: 'light', locale: 'es', hasTouch: true, isMobile: true }],
  ['lying-dark', { viewport: { width: 740, height: 360 }, colorScheme: 'dark', hasTouch: true, isMobile: true }],
];

/** @type {Stage} */
let stage;
/** @type {Gallery} */
let gallery;
before(async () => {
  stage = await Stage.open();
  gallery = await Gallery.open('consumer-looks', stage);
});
after(() => stage?.close());
afterEach(() => Promise.all([gallery.judge(), stage.clear()]));

for (const [name, look] of LOOKS) {
  test(`the client fits and can be used by everybody: ${name}`, async () => {
    const { page_id } = stage.server.ready;
    const picture = (/** @type {string} */ moment) => gallery.take(client, `client-${moment}-${name}`);

    const client = await stage.open(`c/${page_id}`, look, servePictures);
    await client.waitForSelector('#code');
    await picture('sign-in');
    const who = await stage.server.stranger();
    await client.fill('#code', who.token);
    await client.press('#code', 'Enter');
    await inState(client, 'idle');
    await picture('beginning');

    await client.fill('#text', 'Hello! Do you still have the blue one?');
    await client.press('#text', 'Enter');
    await client.locator('[data-from=consumer]').waitFor();
    await sendAll(who);
    await client.locator('[data-kind=permission_request]').waitFor();
    await client.waitForFunction(() => [...document.images].every(({ naturalWidth }) => naturalWidth > 0));
    await client.evaluate(() => document.querySelector('#entries')?.scrollTo(0, 0));
    await picture('thread');
    await client.locator('[data-kind=permission_request] .primary').click();
    await client.waitForSelector('#permission');
    await client.click('#more');
    await picture('menu');
    await client.click('#show-history');
    await picture('no-history');
    await client.keyboard.press('Escape');

    const business = await stage.business(who);
    await client.click('#call');
    await inState(business, 'incoming');
    await business.click('#accept');
    await inState(client, 'connected');
    await client.waitForSelector('#network');
    await picture('in-call');
    if (await client.isVisible('#minimise')) {
      await client.click('#minimise');
      await picture('laid-aside');
      await client.click('#minimise');
    }
    await business.click('#hang-up');
    await inState(client, 'ended');
    await client.click('#more');
    await client.click('#show-history');
    await picture('history');
  });
}

test('every reference is of a picture', () => gallery.isComplete());

/**
 * The shop's own server, as far as its pictures are concerned.
 *
 * @param {import('playwright-core').Page} page
 */
function servePictures(page) {
  const body = '<svg xmlns="http://www.w3.org/2000/svg" width="764" height="400"><rect width="764" height="400" fill="#7aa2c8"/><circle cx="382" cy="200" r="120" fill="#2b4f77"/></svg>';
  return page.route('https://shop.example/*.jpg', (route) => route.fulfill({ contentType: 'image/svg+xml', body }));
}

/**
 * Something of everything that a business can send.
 *
 * @param {{psid: string}} who
 */
async function sendAll({ psid }) {
  const send = (/** @type {object} */ message) => stage.server.graph('messages', { recipient: { id: psid }, message });
  const template = (/** @type {object} */ payload) => send({ attachment: { type: 'template', payload } });
  await send({ text: 'Good morning! We do. Have a look:\nthere are three left.' });
  await template({
    template_type: 'generic',
    elements: [
      {
        title: 'Kettle, blue',
        subtitle: '1.7 l, two years of warranty. Ships today if you order before noon.',
        image_url: 'https://shop.example/kettle.jpg',
        buttons: [
          { type: 'web_url', title: 'See it', url: 'https://shop.example/kettle' },
          { type: 'postback', title: 'Keep one for me', payload: 'KEEP' },
        ],
      },
    ],
  });
  await template({ template_type: 'calling_optin' });
}
