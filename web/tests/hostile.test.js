import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Line } from './line.js';
import { Stage, inState } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/** What would run, load or break out, if it were taken for more than text. */
const HOSTILE = [
  '<img src=x onerror="window.struck=1">',
  '"><svg onload=struck=1>',
  "');window.struck=1;//",
  '${window.struck=1}',
  '</textarea><script>window.struck=1</script>',
  '\u202Egnp.exe',
];

/** The most characters of a button's title. */
const TITLE_MAX = 20;

test('whatever a business and a consumer are called and write stays text', async () => {
  const name = HOSTILE.join(' ');
  const page = await stage.server.page(name);
  const who = await stage.server.stranger(name, page.page_id);
  const client = await stage.client(who, { page: page.page_id });
  client.on('dialog', () => assert.fail('no dialog opens'));
  const send = (/** @type {object} */ message) => stage.server.graph('messages', { recipient: { id: who.psid }, message }, page);
  const template = (/** @type {object} */ payload) => send({ attachment: { type: 'template', payload } });
  for (const text of HOSTILE) {
    await client.fill('#text', text);
    await client.press('#text', 'Enter');
    await client.locator('[data-from=consumer]').filter({ hasText: text }).waitFor();
    await send({ text });
    const title = text.slice(0, TITLE_MAX).trim();
    await template({ template_type: 'button', text, buttons: [{ type: 'postback', title, payload: text }] });
    await client.locator('[data-kind=template] button').filter({ hasText: title }).waitFor();
  }
  await template({ template_type: 'calling_optin' });
  await client.locator('[data-kind=permission_request]').filter({ hasText: name }).waitFor();
  assert.equal(await client.textContent('h1'), name);
  assert.deepEqual(await client.locator('[data-from=business] p:only-of-type').allTextContents(), HOSTILE.flatMap((text) => [text, text]));
  assert.equal(await client.evaluate(() => Reflect.get(globalThis, 'struck')), undefined);
  assert.equal(await client.locator('script:not([src]), #entries img, [onerror], [onload]').count(), 0);
});

test('a call that bears such a name and an SDP session of such a name rings, ends and is remembered as text', async () => {
  const name = HOSTILE.join(' ');
  const page = await stage.server.page(name);
  const who = await stage.server.stranger(name, page.page_id);
  await stage.server.admin('POST', `pages/${page.page_id}/consumers/${who.psid}/permission`, {});
  const line = new Line();
  const client = await stage.client(who, { page: page.page_id, prepare: (client) => line.lead(client) });
  client.on('dialog', () => assert.fail('no dialog opens'));
  const offer = await client.evaluate(async () => {
    const { OwnMedia } = await import(/** @type {string} */ ('/assets/console/own-media.js'));
    return new OwnMedia().offer();
  });
  const session = { sdp_type: 'offer', sdp: offer.replace('s=-', `s=${name}`) };
  const connect = { platform: 'messenger', to: who.psid, action: 'connect', session };
  await stage.server.graph('calls', connect, page);
  await inState(client, 'ringing');
  assert.equal(await client.textContent('#panel .name'), name);
  assert.equal(await client.textContent('#news'), `${name} is calling`);
  assert.ok((await client.title()).startsWith('<img src=x'));
  await client.click('#decline');
  await client.locator('[data-kind=call]').waitFor();
  await client.click('#more');
  await client.click('#show-history');
  await client.locator('.past-call').filter({ hasText: `${name} called` }).waitFor();
  await client.keyboard.press('Escape');

  // What no server of ours says, one that was broken into might.
  const { call_id: call } = await stage.server.graph('calls', connect, page);
  await inState(client, 'ringing');
  line.say({ type: 'ended', call, status: name, reason: name, seconds: 0 });
  await client.locator('#state').filter({ hasText: 'The call was interrupted' }).waitFor();
  line.say({ type: 'error', call: null, error: name, detail: name });
  await client.locator('#problem').filter({ hasText: 'That did not work. Try again.' }).waitFor();
  line.say({ type: 'settings', settings: { audio: true, video: true, icon: true, open: false, next_opening: Date.now() + 60_000, [name]: name } });
  await client.locator('#hours').waitFor();
  assert.equal(await client.evaluate(() => Reflect.get(globalThis, 'struck')), undefined);
  assert.equal(await client.locator('script:not([src]), img, [onerror], [onload]').count(), 0);
});

test('a link leads to a page and never to a script, whatever the server let through', async () => {
  const who = await stage.server.stranger();
  const client = await stage.client(who);
  const leads = await client.evaluate(() => {
    const app = /** @type {any} */ (document.querySelector('offhook-consumer'));
    const urls = ['javascript:window.struck=1', 'data:text/html,<script>1</script>', 'vbscript:x', 'https://shop.example/', 'no url'];
    const buttons = urls.map((url) => ({ type: 'web_url', title: url, url }));
    app.thread.set({ id: 'm_x', at: Date.now(), from: 'business', kind: { type: 'template', elements: [{ title: 'x', image_url: 'javascript:1', buttons }] } });
    app.requestUpdate();
    return app.updateComplete.then(() => [...document.querySelectorAll('#entries a, #entries img')].map((link) => link.getAttribute('href')));
  });
  assert.deepEqual(leads, ['https://shop.example/']);
});

test('what the page may not do by its policy, it cannot do', async () => {
  const client = await stage.client(await stage.server.stranger());
  const outcome = await client.evaluate(async () => {
    const violated = new Promise((resolve) => addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective)));
    const script = document.createElement('script');
    const inline = (() => {
      try {
        script.textContent = 'window.struck = 1';
        document.body.append(script);
        return 'set';
      } catch {
        return 'refused';
      }
    })();
    return { inline, violated: await violated, struck: Reflect.get(globalThis, 'struck') };
  });
  assert.equal(outcome.struck, undefined);
  assert.match(String(outcome.violated), /trusted-types|script-src/);
  stage.forgive(/Content Security Policy|TrustedScript/);
});
