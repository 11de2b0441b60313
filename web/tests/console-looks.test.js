import { after, afterEach, before, test } from 'node:test';

import { enter } from './console-door.js';
import { Gallery } from './gallery.js';
import { Stage } from './stage.js';

/** @typedef {import('playwright-core').BrowserContextOptions} Look */

/** @type {[string, Look][]} */
const LOOKS = [
  ['wide-light', { viewport: { width: 1280, height: 860 }, colorScheme: 'light' }],
  ['wide-dark', { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' }],
  ['narrow-light', { viewport: { width: 360, height: 740 }, colorScheme: 'light', hasTouch: true, isMobile: true }],
  ['narrow-dark', { viewport: { width: 390, height: 780 }, colorScheme: 'dark', hasTouch: true, isMobile: true }],
];

/** @type {Stage} */
let stage;
/** @type {Gallery} */
let gallery;
/** A call that is over, with something of everything. */
let call = '';
before(async () => {
  stage = await Stage.open();
  gallery = await Gallery.open('console-looks', stage);
  const page = await enter(stage, 'console/requests?psid=5550103');
  await page.click('#send');
  call = (await page.locator('.answer a').getAttribute('href'))?.split('/').at(-1) ?? '';
  await page.click('.answer a');
  // Keys are pressed, and the first report on the legs comes.
  await page.locator('.chips label').filter({ hasText: 'Reports' }).click();
  await page.locator('.step[data-kind=report]').first().waitFor();
  await page.locator('.step[data-kind=key]').first().waitFor();
  await page.goto(`${stage.server.ready.base_url}/console/requests?what=terminate&call=${call}&page=${stage.server.ready.page_id}`);
  await page.click('#send');
  await page.locator('.answer .badge').filter({ hasText: '200' }).waitFor();
  await stage.server.admin('POST', 'faults', { fault: 'webhook_twice', event: 'connect', seed: 7 });
});
after(() => stage?.close());
afterEach(() => Promise.all([gallery.judge(), stage.clear()]));

for (const [name, look] of LOOKS) {
  test(`the console fits and can be used by everybody: ${name}`, async () => {
    const { page_id, app_id } = stage.server.ready;
    const door = await stage.open('console', look);
    await door.waitForSelector('[name=token]');
    await picture(door, 'sign-in', name);
    const page = await enter(stage, 'console', look);
    await page.route('**/consumers?*', byName);
    /** @type {[moment: string, path: string, shown: string][]} */
    const views = [
      ['calls', 'calls', '.entry'],
      ['call', `calls/${call}`, '.step[data-kind=key]'],
      ['call-sdp', `calls/${call}/sdp`, '.finding, .findings .hint:has-text("nothing to say")'],
      ['call-quality', `calls/${call}/quality`, '.graph canvas'],
      ['call-webhooks', `calls/${call}/webhooks`, '.entry'],
      ['call-record', `calls/${call}/record`, 'pre'],
      ['webhooks', 'webhooks', '.entry'],
      ['webhook', 'webhooks/1', 'pre'],
      ['pages', 'pages', '.cards a'],
      ['page-consumers', `pages/${page_id}`, '.people li'],
      ['page-settings', `pages/${page_id}/settings`, '[name=hours]'],
      ['page-agents', `pages/${page_id}/agents`, '[data-agent]'],
      ['page-tokens', `pages/${page_id}/tokens`, 'td'],
      ['page-embedding', `pages/${page_id}/embedding`, '[name=origins]'],
      ['apps', 'apps', '.cards a'],
      ['app', `apps/${app_id}`, '.switches select'],
      ['requests', 'requests?psid=5550100', '.sample pre'],
      ['sandbox', 'sandbox', 'td'],
      ['nowhere', 'nowhere', '.empty'],
    ];
    for (const [moment, path, shown] of views) {
      await show(page, path);
      await page.locator(shown).first().waitFor();
      await picture(page, moment, name);
    }
    await show(page, `calls/${call}`);
    await page.locator('.step[data-kind=request] button').first().click();
    await page.locator('.brought').waitFor();
    await picture(page, 'call-opened', name);
    stage.forgive(/status of 401/);
  });
}

test('every reference is of a picture', () => gallery.isComplete());

/** Consumers that were made within the same millisecond are in an order that chance gave them. @param {import('playwright-core').Route} route */
async function byName(route) {
  const response = await route.fetch();
  /** @type {{data: {name: string}[]}} */
  const { data } = await response.json();
  await route.fulfill({ response, json: { data: data.sort((one, other) => one.name.localeCompare(other.name)) } });
}

/** Another view of the same page, as a link leads to it. @param {import('playwright-core').Page} page @param {string} path */
async function show(page, path) {
  await page.evaluate((path) => {
    history.pushState(null, '', path);
    dispatchEvent(new PopStateEvent('popstate'));
  }, `/console/${path}`);
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} moment
 * @param {string} name
 */
function picture(page, moment, name) {
  // Once in the light and once in the dark is enough for axe.
  const isAudited = name === 'wide-light' || name === 'narrow-dark';
  return gallery.take(page, `console-${moment}-${name}`, { fullPage: !moment.startsWith('call'), isAudited });
}
