import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Stage, inState } from './stage.js';

/** @typedef {import('playwright-core').Page} Page */

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/** A phone that lies in a hand. */
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** A consumer's client and the business's page, which sees each other's calls. */
async function pair() {
  const who = await stage.server.consumer();
  const [client, business] = await Promise.all([stage.client(who), stage.business(who)]);
  return { who, client, business };
}

/** @param {{client: Page, business: Page}} pages */
async function connectFromClient({ client, business }) {
  await client.click('#call');
  await inState(business, 'incoming');
  await business.click('#accept');
  await Promise.all([inState(client, 'connected'), inState(business, 'connected')]);
}

/**
 * Waits until sound comes from the other side.
 *
 * @param {Page} client
 */
function getsSound(client) {
  return client.waitForFunction(async () => {
    const { phone } = /** @type {any} */ (document.querySelector('offhook-consumer'));
    const stats = [...((await phone.call?.leg.connection.getStats())?.values() ?? [])];
    return stats.some(({ type, kind, packetsReceived }) => type === 'inbound-rtp' && kind === 'audio' && packetsReceived > 20);
  });
}

test('a link opens the conversation, its token leaves the address, and the browser knows it the next time', async () => {
  const who = await stage.server.stranger();
  const client = await stage.client(who);
  assert.equal(new URL(client.url()).hash, '');
  await client.goto('about:blank');
  await client.goto(`${stage.server.ready.base_url}/c/${stage.server.ready.page_id}`);
  await inState(client, 'idle');
  assert.equal(await client.textContent('h1'), 'Demo Page');

  await client.click('#more');
  await client.click('#sign-out');
  await client.waitForSelector('#code');
  await client.fill('#code', who.token);
  await client.press('#code', 'Enter');
  await inState(client, 'idle');
});

test('a token that the server does not know is refused with words and may be given again', async () => {
  const client = await stage.open(`c/${stage.server.ready.page_id}#token=oc_wrong`);
  await client.waitForSelector('[data-closed=unknown_token]');
  const { token } = await stage.server.stranger();
  await client.fill('#code', token);
  await client.press('#code', 'Enter');
  await inState(client, 'idle');
});

test('a token of one Page opens no conversation under the address of another', async () => {
  const other = await stage.server.page('Other');
  const { token } = await stage.server.stranger();
  const client = await stage.open(`c/${other.page_id}#token=${token}`);
  await client.waitForSelector('[data-closed=other_page]');
  assert.equal(await client.locator('#entries').count(), 0);
});

test('the consumer calls from the client, and a reload in mid-call brings the sound back', async () => {
  const { client, business } = await pair();
  await connectFromClient({ client, business });
  await getsSound(client);
  await client.reload();
  await inState(client, 'connected');
  await getsSound(client);
  await client.waitForSelector('#network[data-quality=good]');
  await client.click('#hang-up');
  await Promise.all([inState(client, 'ended'), inState(business, 'ended')]);

  await client.click('#more');
  await client.click('#show-history');
  const past = client.locator('.past-call');
  assert.match((await past.textContent()) ?? '', /Call · \d+:\d\d.*You called/s);
  await past.getByRole('button', { name: 'Call again' }).click();
  await inState(business, 'incoming');
  await business.click('#reject');
  await inState(client, 'ended');
  assert.equal(await client.textContent('#state'), 'They declined');
});

test('a call rings, shakes the phone and can be picked up at once with the key under the finger', async () => {
  const { client, business } = await pair();
  await client.evaluate(() => {
    Reflect.set(globalThis, 'shaken', []);
    navigator.vibrate = (pattern) => Reflect.get(globalThis, 'shaken').push(pattern) > 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) {
      Reflect.set(globalThis, 'rung', true);
      start.call(this, at);
    };
  });
  await client.click('h1'); // A browser shakes and sounds only for a page that was touched.
  await business.click('#call');
  await inState(client, 'ringing');
  assert.equal(await client.title(), 'Demo Page is calling');
  assert.match((await client.getAttribute('link[rel=icon]', 'href')) ?? '', /ringing\.svg$/);
  await client.waitForFunction(() => Reflect.get(globalThis, 'rung') && Reflect.get(globalThis, 'shaken').some(Array.isArray));
  await client.keyboard.press('Enter');
  await inState(client, 'connected');
  assert.equal(await client.evaluate(() => Reflect.get(globalThis, 'shaken').at(-1)), 0, 'the shaking stops');
  assert.equal(await client.title(), 'Demo Page');
  assert.match((await client.getAttribute('link[rel=icon]', 'href')) ?? '', /icon\.svg$/);
  await business.click('#hang-up');
  await inState(client, 'ended');
  await client.click('#dismiss');
  await client.waitForSelector('#panel', { state: 'hidden' });
});

test('the call is heard on the speaker that one chooses', async () => {
  const { client, business } = await pair();
  await connectFromClient({ client, business });
  await getsSound(client);
  const select = client.locator('#speaker select');
  await select.locator('option:not([value=default])').first().waitFor({ state: 'attached' });
  const options = await select.locator('option').evaluateAll((options) => options.map((option) => /** @type {HTMLOptionElement} */ (option).value));
  const other = options.find((id) => id !== 'default') ?? assert.fail('the browser pretends to have several speakers');
  await select.selectOption(other);
  await client.waitForFunction(async (/** @type {string} */ other) => {
    const { speaker } = await import(/** @type {string} */ ('/assets/kit/media/open-media.js'));
    return speaker.device === other;
  }, other);
  await client.click('#hang-up');
  await inState(business, 'ended');
});

test('on a phone a call covers the conversation and can be laid aside', async () => {
  const who = await stage.server.consumer();
  const [client, business] = await Promise.all([stage.client(who, { look: PHONE }), stage.business(who)]);
  await connectFromClient({ client, business });
  const covers = () => client.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight - 40)?.closest('#panel, .conversation')?.className);
  assert.equal(await covers(), 'panel');
  await client.click('#minimise');
  assert.equal(await covers(), 'conversation');
  await client.fill('#text', 'One moment, please.');
  await client.press('#text', 'Enter');
  await client.locator('[data-kind=text]').filter({ hasText: 'One moment, please.' }).waitFor();
  await client.click('#minimise');
  await client.click('#hang-up');
  await inState(business, 'ended');
});

test('what was written without a connection is not lost', async () => {
  const who = await stage.server.stranger();
  /** @type {import('playwright-core').WebSocketRoute[]} */
  const connections = [];
  let isDown = false;
  const prepare = (/** @type {Page} */ page) =>
    page.routeWebSocket(/consumer\/v1/, (connection) => {
      if (isDown) return connection.close({ code: 1011 });
      connection.connectToServer();
      connections.push(connection);
    });
  const client = await stage.client(who, { prepare });
  isDown = true;
  await connections[0].close({ code: 1011 });
  await client.waitForSelector('#line[data-online=false]');
  await client.fill('#text', 'Are you there?');
  await client.press('#text', 'Enter');
  await client.waitForSelector('#unsent');
  assert.equal(await client.inputValue('#text'), 'Are you there?');
  isDown = false;
  await client.waitForSelector('#line[data-online=true]');
  await client.press('#text', 'Enter');
  await client.locator('[data-kind=text]').filter({ hasText: 'Are you there?' }).waitFor();
  assert.equal(await client.inputValue('#text'), '');
});

test('the reader’s language is the page’s, and another can be chosen', async () => {
  const who = await stage.server.stranger();
  const client = await stage.client(who, { look: { locale: 'ar-EG' } });
  assert.deepEqual(await client.evaluate(() => [document.documentElement.lang, document.dir]), ['ar-EG', 'rtl']);
  assert.equal(await client.textContent('#line'), 'متصل');
  await client.click('#more');
  await client.selectOption('#language', 'pt');
  await client.waitForSelector('html[lang=pt][dir=ltr]');
  assert.equal(await client.textContent('#line'), 'On-line');
  await client.reload();
  await client.waitForSelector('html[lang=pt]');
});

test('outside its hours the business cannot be called, and the client says when it can', async () => {
  const page = await stage.server.page('Shop');
  const who = await stage.server.stranger('Ada', page.page_id);
  const client = await stage.client(who, { page: page.page_id, look: { timezoneId: 'UTC' } });
  await client.waitForSelector('#call:enabled');
  const tomorrow = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(Date.now() + 86_400_000);
  const hours = [{ day_of_week: tomorrow.toUpperCase(), open_time: '0915', close_time: '1700' }];
  await stage.server.graph('messenger_call_settings', { call_hours: { timezone_id: 'UTC', weekly_operating_hours: hours } }, page);
  await client.waitForSelector('#call:disabled');
  assert.match((await client.textContent('#hours')) ?? '', /^Calls open tomorrow 9:15\sAM$/);
});

test('a device that is refused says in words what to do', async () => {
  const who = await stage.server.consumer();
  const client = await stage.client(who, {
    prepare: (page) =>
      page.addInitScript(() => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
      }),
  });
  await client.click('#call');
  await client.waitForSelector('#problem');
  assert.equal(await client.textContent('#problem'), 'The microphone is blocked. Allow it in the address bar and try again.');
  assert.equal(await client.textContent('#state'), 'Not called');
});
