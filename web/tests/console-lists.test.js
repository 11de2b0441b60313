import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { enter } from './console-door.js';
import { Stage } from './stage.js';

/** Lists that are longer than a screen. */

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

test('five thousand calls are a list of a few rows that goes on to its end', async () => {
  const rows = Array.from({ length: 5000 }, (_, index) => row(5000 - index));
  const page = await stage.open('console', {}, (page) =>
    page.route(/\/offhook\/v1\/calls\?/, (route) => {
      const query = new URL(route.request().url()).searchParams;
      const before = query.get('before');
      const from = before ? rows.findIndex(({ id }) => id === before) + 1 : 0;
      return route.fulfill({ json: { data: query.get('live') ? [] : rows.slice(from, from + 1000) } });
    }),
  );
  await page.fill('[name=token]', stage.server.ready.admin_token);
  await page.press('[name=token]', 'Enter');
  const shown = page.locator('offhook-rows li');
  await shown.first().waitFor();
  stage.forgive(/status of 401/);
  const list = page.locator('offhook-rows');
  let most = 0;
  const end = page.locator('offhook-rows li[aria-posinset="5000"]');
  const deadline = Date.now() + 30_000;
  while ((await end.count()) === 0 && Date.now() < deadline) {
    await list.evaluate((element) => (element.scrollTop = element.scrollHeight));
    most = Math.max(most, await shown.count());
  }
  assert.equal(await shown.last().getAttribute('aria-posinset'), '5000');
  assert.ok(most < 80, `${most} rows are in the page`);
  assert.match((await shown.last().textContent()) ?? '', / 1$/m);

  await shown.last().locator('a').focus();
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.activeElement?.closest('li')?.getAttribute('aria-posinset') === '1');
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => document.activeElement?.closest('li')?.getAttribute('aria-posinset') === '2');

  await list.evaluate((element) => (element.scrollTop = 4600));
  const top = () =>
    list.evaluate(
      (element) =>
        document.elementFromPoint(element.getBoundingClientRect().x + 200, element.getBoundingClientRect().y + 20)?.closest('a')?.href,
    );
  // The rows there are made in the next frame.
  let looked;
  while (!looked && Date.now() < deadline) looked = await top();
  await page.evaluate((call) => {
    const view = /** @type {any} */ (document.querySelector('offhook-calls'));
    view.calls.tell(call);
    view.requestUpdate();
  }, row(5001));
  await page.waitForFunction(() => document.querySelector('offhook-rows li')?.getAttribute('aria-setsize') === '5001');
  assert.equal(await top(), looked, 'who looks at a row goes on looking at it while calls come');

  await list.evaluate((element) => (element.scrollTop = 0));
  await shown.nth(2).hover();
  const pointed = await page.locator('offhook-rows a:hover').getAttribute('href');
  await page.evaluate((call) => {
    const view = /** @type {any} */ (document.querySelector('offhook-calls'));
    view.calls.tell(call);
    view.requestUpdate();
  }, row(5002));
  await page.waitForFunction(() => document.querySelector('offhook-rows li')?.getAttribute('aria-setsize') === '5002');
  await page.waitForFunction((href) => document.querySelector('offhook-rows a:hover')?.getAttribute('href') === href, pointed);
  await page.mouse.move(2, 2);
  await page.waitForFunction(() => document.querySelector('offhook-rows')?.scrollTop === 0);

  await list.evaluate((element) => (element.scrollTop = 100_000));
  await page.waitForFunction(() => Number(document.querySelector('offhook-rows li')?.getAttribute('aria-posinset')) > 1000);
  const far = await page.evaluateHandle(() => document.querySelectorAll('offhook-rows li')[20].querySelector('a')).then((link) => link.asElement());
  const [place, path] = [await far?.boundingBox(), (await far?.getAttribute('href')) ?? ''];
  await far?.click();
  await page.waitForSelector('.problem');
  await page.goBack();
  await page.waitForSelector(`[href="${path}"]`);
  await page.waitForFunction(([path, y]) => Math.abs((document.querySelector(`[href="${path}"]`)?.getBoundingClientRect().y ?? 0) - Number(y)) < 2, [path, place?.y]);
  stage.forgive(/status of 404/);

  await page.fill('[name=q]', '7000004321');
  await page.waitForFunction(() => document.querySelectorAll('offhook-rows li').length === 1);
  assert.match(page.url(), /\/console\/calls\?q=7000004321$/);
  await page.click('nav a:has-text("Calls")');
  await page.waitForFunction(() => document.querySelectorAll('offhook-rows li').length > 1);
  assert.equal(await page.inputValue('[name=q]'), '');
});

test('a search goes on to the oldest call', async () => {
  const page = await enter(stage);
  const rows = Array.from({ length: 2500 }, (_, index) => row(2500 - index));
  await page.route(/\/offhook\/v1\/calls\?/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const from = query.get('before') ? rows.findIndex(({ id }) => id === query.get('before')) + 1 : 0;
    return route.fulfill({ json: { data: query.get('live') ? [] : rows.slice(from, from + 1000) } });
  });
  await page.goto(`${stage.server.ready.base_url}/console/calls?q=7000000001`);
  await page.locator('.entry').filter({ hasText: '7000000001' }).waitFor();
  await page.fill('[name=q]', 'nobody');
  await page.locator('.empty').filter({ hasText: 'No call is like that' }).waitFor();

  const owed = Array.from({ length: 1500 }, (_, index) => ({ id: 1500 - index, owed_at: 1500 - index, state: 'dead', attempts: 1, body: '{}' }));
  owed[1450].body = '{"calls": "Needle"}';
  await page.route(/\/offhook\/v1\/deliveries\?/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const until = Number(query.get('until') ?? Infinity);
    return route.fulfill({ json: { data: owed.filter(({ owed_at }) => owed_at < until).slice(0, Number(query.get('limit'))) } });
  });
  await page.click('nav a:has-text("Webhooks")');
  await page.locator('.entry').nth(20).waitFor();
  await page.fill('[name=q]', 'NEEDLE');
  await page.waitForFunction(() => document.querySelectorAll('.entry').length === 1);
  assert.equal(new URL((await page.locator('.entry').getAttribute('href')) ?? '', page.url()).pathname, '/console/webhooks/50');
});

test('older webhooks are read as somebody looks, and each is there once', async () => {
  const page = await enter(stage);
  // Three are owed in each millisecond.
  const owed = Array.from({ length: 2500 }, (_, index) => ({
    id: 2500 - index,
    owed_at: 1000 + Math.floor((2500 - index) / 3),
    state: 'dead',
  }));
  await page.route(/\/offhook\/v1\/deliveries\?/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const until = Number(query.get('until') ?? Infinity);
    const data = owed.filter(({ owed_at }) => owed_at < until).slice(0, Number(query.get('limit')));
    return route.fulfill({ json: { data } });
  });
  const read = await page.evaluate(async () => {
    const { DeliveryList } = await import(/** @type {string} */ ('/assets/console/delivery-list.js'));
    const deliveries = new DeliveryList({ state: 'dead', app_id: '' });
    await deliveries.refresh();
    const counts = [deliveries.all.length];
    for (let reads = 0; deliveries.hasOlder && reads < 9; reads += 1) {
      await deliveries.older();
      counts.push(deliveries.all.length);
    }
    return { counts, ids: deliveries.all.map((/** @type {{id: number}} */ { id }) => id) };
  });
  assert.ok(read.counts[0] < 200 && read.counts.length < 7, String(read.counts));
  assert.deepEqual(
    read.ids,
    owed.map(({ id }) => id),
  );
});

/** A call as the server lists it. @param {number} number */
function row(number) {
  const id = `c_${String(number).padStart(43, '0')}`;
  const at = 1_790_000_000_000 + number * 1000;
  const end = { state: 'ended', connected_at: at, ended_at: at + 500, status: 'Completed', reason: `consumer_hung_up ${number}` };
  return {
    id,
    page_id: '1',
    psid: String(7_000_000_000 + number),
    app_id: null,
    direction: 'business_initiated',
    created_at: at,
    version: 1,
    ...end,
  };
}
