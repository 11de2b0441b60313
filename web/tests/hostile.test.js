import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Stage } from './stage.js';

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
