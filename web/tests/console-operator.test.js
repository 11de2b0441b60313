import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, test } from 'node:test';

import { enter } from './console-door.js';
import { Stage } from './stage.js';

/** What would run, load or break out, if it were taken for more than text. */
const HOSTILE = `<img src=x onerror="window.struck=1"> "><svg onload=struck=1> ');window.struck=1;// \${window.struck=1} </script><script>window.struck=1</script> \u202Egnp`;

/** As much of that as the name of an agent holds. */
const HOSTILE_SHORT = `<img src=x onerror="window.struck=1"> "><svg onload=struck=1> \u202Egnp`;

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

test('a Page is made, its consumer permitted, its settings and tokens changed', async () => {
  const page = await enter(stage, 'console/pages');
  await page.fill('[name=name]', 'Kettles & more');
  await page.press('[name=name]', 'Enter');
  await page.locator('h1').filter({ hasText: 'Kettles & more' }).waitFor();
  const id = page.url().split('/').at(-1) ?? '';

  await page.fill('.inline [name=name]', 'Ada');
  await page.press('.inline [name=name]', 'Enter');
  const ada = page.locator('.people li').filter({ hasText: 'Ada' });
  const says = (/** @type {RegExp} */ words) => ada.locator('[role=status]').filter({ hasText: words }).waitFor();
  await ada.locator('text=May the Page call?').click();
  await says(/may not call them/);
  await ada.locator('button:text-is("Permit")').click();
  await says(/may call them until/);
  await ada.locator('text=May the Page call?').click();
  await says(/may call them, until/);
  await ada.locator('button:text-is("Revoke")').click();
  await says(/may not call them any more/);
  await ada.locator('button:text-is("Link")').click();
  const link = (await ada.locator('.secret code').textContent()) ?? '';
  assert.ok(link.startsWith(`${stage.server.ready.base_url}/c/${id}#token=`), link);

  await page.click('.tabs a:text-is("Call settings")');
  await page.fill('[name=timezone]', 'Africa/Nairobi');
  await page.fill('[name=hours]', 'MONDAY 9 to 5');
  await page.click('text=Save');
  await page.locator('.problem').filter({ hasText: 'Write hours as MONDAY 0900-1700' }).waitFor();
  await page.fill('[name=hours]', 'monday 09:00-17:00\nTUESDAY 1000-1200');
  await page.uncheck('[name=icon_enabled]');
  await page.click('text=Save');
  await page.locator('.done').waitFor();
  await page.reload();
  await page.locator('[name=hours]').waitFor();
  assert.equal(await page.inputValue('[name=hours]'), 'MONDAY 0900-1700\nTUESDAY 1000-1200');
  assert.equal(await page.isChecked('[name=icon_enabled]'), false);

  await page.click('.tabs a:text-is("Tokens")');
  await page.click('button:text-is("Make")');
  const token = (await page.locator('.secret code').textContent()) ?? '';
  await stage.server.graph(
    'business_messaging_feature_status',
    { features: [{ feature: 'messenger_api_calling' }] },
    { page_id: id, page_token: token },
  );
  await page.fill('[name=token]', token);
  await page.click('button:text-is("Revoke")');
  await page.locator('td .badge').filter({ hasText: 'revoked' }).waitFor();

  await page.click('.tabs a:text-is("Embedding")');
  await page.fill('[name=origins]', 'shop.example');
  await page.click('text=Save');
  await page.locator('.problem').filter({ hasText: 'embed_origins' }).waitFor();
  await page.fill('[name=origins]', 'https://shop.example');
  await page.click('text=Save');
  await page.locator('.done').waitFor();
  stage.forgive(/status of 400/);
});

test('the consumers of a Page are shown piece by piece, the newest first, and found by name', async () => {
  const { page_id } = await stage.server.page('Crowded');
  for (let number = 0; number <= 100; number++) await stage.server.admin('POST', `pages/${page_id}/consumers`, { name: `Émile ${number}` });
  const page = await enter(stage, `console/pages/${page_id}`);
  const people = page.locator('.people li');
  await page.waitForSelector('#older');
  assert.equal(await people.count(), 100);
  assert.match((await people.first().textContent()) ?? '', /Émile 100/);
  await page.click('#older');
  await page.locator('.people li').nth(100).waitFor();
  assert.match((await people.last().textContent()) ?? '', /Émile 0/);
  assert.equal(await page.locator('#older').count(), 0);
  await page.fill('.search', 'ÉMILE 7');
  await page.waitForFunction(() => document.querySelectorAll('.people li').length === 11);
  await page.fill('.search', 'nobody');
  await page.waitForSelector('.people', { state: 'hidden' });
});

test('an app is made, its switches changed and its secret made anew', async () => {
  const page = await enter(stage, 'console/apps');
  await page.fill('[name=name]', 'Voice agent');
  await page.press('[name=name]', 'Enter');
  const first = (await page.locator('.secret code').last().textContent()) ?? '';
  await page.locator('.cards a').filter({ hasText: 'Voice agent' }).click();
  await page.selectOption('[name=sdp_shape]', 'string');
  await page.selectOption('[name=extensions]', 'on');
  await page.check('[name=require_app_secret_proof]');
  await page.click('text=Save');
  await page.locator('.done').waitFor();
  await page.reload();
  await page.locator('[name=sdp_shape]').waitFor();
  const chosen = await page.$$eval('.switches select', (selects) =>
    /** @type {HTMLSelectElement[]} */ (selects).map(({ name, value }) => `${name} ${value}`),
  );
  assert.ok(chosen.includes('sdp_shape string') && chosen.includes('extensions on'), String(chosen));
  assert.equal(chosen.length, 10, 'every switch that the API has');
  assert.equal(await page.isChecked('[name=require_app_secret_proof]'), true);
  await page.click('text=Make a new secret');
  assert.notEqual(await page.locator('.secret code').textContent(), first);
});

test('an agent is made, answers for another Page, gets another secret and is put out', async () => {
  const [shop, branch] = [await stage.server.page('Shop'), await stage.server.page('Branch')];
  const page = await enter(stage, `console/pages/${shop.page_id}/agents`);
  await page.locator('.empty').filter({ hasText: 'Nobody answers' }).waitFor();
  await page.fill('[name=name]', 'Maya & Co');
  await page.press('[name=name]', 'Enter');
  const maya = page.locator('[data-agent]').filter({ hasText: 'Maya & Co' });
  await maya.locator('.badge:text-is("takes no calls")').waitFor();
  const link = async () => (await maya.locator('.secret code').last().textContent()) ?? '';
  const first = await link();
  assert.ok(first.startsWith(`${stage.server.ready.base_url}/desk#name=Maya+%26+Co&secret=oa_`), first);

  const desk = await stage.open(first.slice(stage.server.ready.base_url.length + 1));
  await desk.click('#sign-in');
  await desk.waitForSelector('#line[data-online=true]');
  await desk.check('#free');
  await page.click('.tabs a:text-is("Tokens")');
  await page.click('.tabs a:text-is("Agents")');
  await maya.locator('.badge:text-is("takes calls")').waitFor();
  assert.equal(await maya.locator('.secret').count(), 0, 'the secret is shown only when it is made');

  await page.goto(`${stage.server.ready.base_url}/console/pages/${branch.page_id}/agents`);
  await page.selectOption('[name=agent]', { label: 'Maya & Co' });
  await page.click('text=Let them answer here');
  await maya.locator('.hint').filter({ hasText: 'answers for 1 more Page' }).waitFor();
  await maya.locator('text=New secret').click();
  await desk.waitForSelector('#sign-in');
  assert.notEqual(await link(), first);
  await maya.locator('text=Put out').click();
  await maya.locator('.badge:text-is("may not sign in")').waitFor();
  await maya.locator('text=Let in again').click();
  await maya.locator('.badge:text-is("takes calls")').waitFor();
  await maya.locator('text=Not for this Page').click();
  await maya.waitFor({ state: 'detached' });
  const { data } = await (await page.request.get(`${stage.server.ready.base_url}/offhook/v1/agents`)).json();
  assert.deepEqual(data.find((/** @type {any} */ { name }) => name === 'Maya & Co').pages, [shop.page_id]);
  stage.forgive(/status of 401/);
});

test('a fault at a click strikes, a webhook shows its tries and goes out again', async () => {
  const page = await enter(stage, 'console/sandbox');
  await page.click('text=Lose an acknowledgement');
  const fault = page.locator('tr').filter({ hasText: 'webhook acknowledgement lost' });
  await fault.locator('.badge').filter({ hasText: '0' }).waitFor();
  await page.click('button:text-is("Freeze")');
  await page.locator('.clock .badge').filter({ hasText: 'stands' }).waitFor();
  await page.evaluate(() => history.pushState(null, '', '/console/requests?psid=5550111'));
  await page.evaluate(() => dispatchEvent(new PopStateEvent('popstate')));
  await page.click('#send');
  await page.click('.answer a');
  await page.locator('.step').filter({ hasText: 'connect → no answer' }).waitFor();

  await page.click('text=Sandbox');
  await fault.locator('.badge').filter({ hasText: '1' }).waitFor();
  await page.click('button:text-is("+ 1 min")');
  await page.locator('.clock .hint').filter({ hasText: 'ahead of the machine' }).waitFor();
  await fault.locator('button').click();
  await fault.waitFor({ state: 'detached' });

  await page.click('nav a:has-text("Calls")');
  await page.locator('.entry').filter({ hasText: '5550111' }).filter({ hasText: 'no answer' }).waitFor();
  await page.click('nav a:has-text("Webhooks")');
  await page.locator('.entry').first().waitFor();
  await page.selectOption('[name=state]', 'dead');
  await page.locator('.empty').filter({ hasText: 'No webhook is like that' }).waitFor();
  await page.click('nav a:has-text("Webhooks")');
  await page.locator('.entry').filter({ hasText: '2 tries, 200' }).click();
  await page.locator('tr').filter({ hasText: 'fault f_' }).waitFor();
  assert.equal(await page.locator('tbody tr').count(), 2);
  await page.locator('pre').filter({ hasText: '"event": "connect"' }).waitFor();
  await page.click('#redeliver');
  await page.locator('tbody tr').nth(2).waitFor();
  await page.locator('.title .badge').filter({ hasText: 'delivered' }).waitFor();
  await page.click('nav a:has-text("Webhooks")');
  await page.click('text=Try it');
  await page.locator('.endpoints [role=status]').filter({ hasText: 'The handshake holds. A signed webhook: 200' }).waitFor();
  await stage.server.admin('POST', 'clock/release', {});
});

test('a scenario is played and shows what came of it', async () => {
  const page = await enter(stage, 'console/sandbox');
  await page.fill('[name=scenario]', '[[consumer]]\nname = "Ada"\nsteps = ["answr"]');
  await page.click('text=Play it');
  await page.locator('offhook-runs .problem').filter({ hasText: 'answr' }).waitFor();
  await page.fill('[name=scenario]', '[[consumer]]\nname = "Ada"\nsteps = ["answer", "hang_up"]');
  await page.click('text=Play it');
  await page.locator('.runs .head a').filter({ hasText: 'Ada' }).click();
  await page.click('#send');
  await page.locator('.answer .badge').filter({ hasText: '200' }).waitFor();
  await page.click('nav a:has-text("Sandbox")');
  await page.locator('.runs .badge').filter({ hasText: 'passed' }).first().waitFor();
  assert.deepEqual(await page.locator('.steps .code').allTextContents(), ['answer', 'hang_up']);
  await page.locator('.recording').first().waitFor();
  stage.forgive(/status of 400/);
});

test("a consumer's call is accepted from the console, and its media captured", async () => {
  const page = await enter(stage, 'console/sandbox');
  await page.click('#capture-all');
  await page.fill(
    '[name=scenario]',
    '[[consumer]]\nname = "Bea"\nsteps = ["call", { expect = "connected" }, { expect = "silence", within = "20s" }, "hang_up"]',
  );
  await page.click('text=Play it');
  await page.locator('.runs .head').filter({ hasText: 'Bea' }).waitFor();
  await page.click('nav a:has-text("Calls")');
  await page.locator('.entry[data-state=calling]').click();
  await page.locator('h1').filter({ hasText: 'Call from' }).waitFor();
  await page.click('.title a:text-is("Accept")');
  await page.click('#send');
  await page.locator('.answer .badge').filter({ hasText: '200' }).waitFor();
  await page.click('.answer a');
  await page.locator('.title .badge').filter({ hasText: 'completed' }).waitFor();
  const downloading = page.waitForEvent('download');
  await page.click('offhook-capture a');
  const file = await readFile(await (await downloading).path());
  assert.equal(file.readUInt32LE(0), 0x0a0d0d0a, 'pcapng begins with a section header');
  await page.click('nav a:has-text("Sandbox")');
  await page.locator('.captures li').filter({ hasText: 'pcapng' }).first().waitFor();
  await page.click('#capture-all');
  await page.locator('#capture-all:not(:checked):enabled').waitFor();
  await page.locator('.runs .head').filter({ hasText: 'Bea' }).locator('.badge').filter({ hasText: 'passed' }).waitFor();
});

test('whatever others wrote stays text', async () => {
  const other = await stage.server.page(HOSTILE);
  const who = await stage.server.stranger(HOSTILE, other.page_id);
  await stage.server.admin('POST', `pages/${other.page_id}/consumers/${who.psid}/permission`, {});
  await stage.server.admin('POST', 'apps', { name: HOSTILE });
  await stage.server.admin('POST', 'agents', { name: HOSTILE_SHORT, pages: [other.page_id] });
  const page = await enter(stage, `console/requests?page=${other.page_id}&psid=${who.psid}`);
  page.on('dialog', () => assert.fail('no dialog opens'));
  await page.locator('[name=body]').waitFor();
  const offer = await page.evaluate(async () => {
    const { OwnMedia } = await import(/** @type {string} */ ('/assets/console/own-media.js'));
    return new OwnMedia().offer();
  });
  const sdp = offer.replace('s=-', `s=${HOSTILE}`);
  await page.fill(
    '[name=body]',
    JSON.stringify({ platform: 'messenger', to: who.psid, action: 'connect', session: { sdp_type: 'offer', sdp } }),
  );
  await page.click('#send');
  await page.click('.answer a');
  await page.locator('.step').filter({ hasText: 'SDP offer' }).first().locator('button').click();
  await page.locator('.brought pre').filter({ hasText: HOSTILE }).waitFor();
  await page.click('.tabs a:text-is("SDP")');
  await page.locator('.sdp-line').filter({ hasText: HOSTILE }).waitFor();
  for (const view of ['calls', 'webhooks', 'pages', `pages/${other.page_id}`, `pages/${other.page_id}/agents`, 'apps', 'requests']) {
    await page.goto(`${stage.server.ready.base_url}/console/${view}`);
    await page.locator('.entry, .cards a, .people li, .request').first().waitFor();
    assert.equal(await page.evaluate(() => Reflect.get(globalThis, 'struck')), undefined, view);
    assert.equal(await page.locator('script:not([src]), #view img, [onerror], [onload]').count(), 0, view);
  }
  await page.goto(`${stage.server.ready.base_url}/console/${encodeURIComponent(HOSTILE)}/%E0%A4%A`);
  await page.locator('.empty').waitFor();
});
