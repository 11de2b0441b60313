import { after, afterEach, before, test } from 'node:test';

import { agent, consumer, shop } from './desk-stage.js';
import { Gallery } from './gallery.js';
import { Stage, inState } from './stage.js';

/** @typedef {import('playwright-core').BrowserContextOptions} Look */

/** @type {[string, Look][]} */
const LOOKS = [
  ['wide-light', { viewport: { width: 1200, height: 800 }, colorScheme: 'light' }],
  ['wide-dark-rtl', { viewport: { width: 1200, height: 800 }, colorScheme: 'dark', locale: 'ar' }],
  ['narrow-light', { viewport: { width: 320, height: 640 }, colorScheme: 'light', locale: 'es', hasTouch: true, isMobile: true }],
  ['narrow-dark-rtl', { viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'ar', hasTouch: true, isMobile: true }],
];

/** @type {Stage} */
let stage;
/** @type {Gallery} */
let gallery;
before(async () => {
  stage = await Stage.open();
  gallery = await Gallery.open('desk-looks', stage);
});
after(() => stage?.close());
afterEach(() => Promise.all([gallery.judge(), stage.clear()]));

for (const [name, look] of LOOKS) {
  test(`the desk fits and can be used by everybody: ${name}`, async () => {
    const place = await shop(stage);
    const picture = (/** @type {import('playwright-core').Page} */ page, /** @type {string} */ moment) =>
      gallery.take(page, `desk-${moment}-${name}`);
    const door = await stage.open('desk', look);
    await door.waitForSelector('#sign-in');
    await picture(door, 'sign-in');

    await agent(stage, place, `Bo ${name}`);
    const desk = await agent(stage, place, `Ada ${name}`, { look });
    const { client } = await consumer(stage, place);
    await desk.fill('#search', 'g');
    await desk.locator('[data-psid]').waitFor();
    await picture(desk, 'consumers');
    await desk.click('#more');
    await picture(desk, 'menu');
    await desk.keyboard.press('Escape');
    await client.click('#call');
    await desk.waitForSelector('.rings');
    await picture(desk, 'ringing');
    await desk.click('[data-do=accept]');
    await inState(desk, 'connected');
    await desk.fill('#note', 'Asked for the blue kettle; two are left in the branch at the station.');
    await desk.click('#save-note');
    await desk.click('#hold');
    await inState(desk, 'held');
    await desk.waitForSelector('#network');
    await picture(desk, 'held');
    await desk.click('#hand-over');
    await picture(desk, 'hand-over');
    await desk.keyboard.press('Escape');
    await desk.click('#tab-colleagues');
    await picture(desk, 'colleagues');
    await desk.click('#hang-up');
    await inState(desk, 'idle');
    await desk.click('#tab-history');
    await desk.locator('.noted').waitFor();
    await picture(desk, 'history');
  });
}

test('every reference is of a picture', () => gallery.isComplete());
