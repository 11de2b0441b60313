import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, afterEach, before, test } from 'node:test';
import { promisify } from 'node:util';

import { enter } from './console-door.js';
import { Stage } from './stage.js';

const run = promisify(execFile);

/** @typedef {import('playwright-core').Page} Page */

/** A simulated consumer who picks up after a second, and what it hears it says. */
const ECHO = '5550100';

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

test('nobody sees anything before they have signed in, nor once they have signed out', async () => {
  const page = await stage.open('console/apps');
  await page.fill('[name=token]', 'not the token');
  await page.press('[name=token]', 'Enter');
  await page.locator('.problem').filter({ hasText: 'not the admin token' }).waitFor();
  assert.equal(await page.locator('#view').count(), 0);

  await page.fill('[name=token]', stage.server.ready.admin_token);
  await page.press('[name=token]', 'Enter');
  await page.locator('.cards a').first().waitFor();
  assert.match(page.url(), /\/console\/apps$/, 'a link leads where it says, through the door');
  await page.reload();
  await page.locator('.cards a').first().waitFor();
  await page.click('#sign-out');
  await page.waitForSelector('[name=token]');
  await page.reload();
  await page.waitForSelector('[name=token]');
  stage.forgive(/status of 401/);
});

test('a call from the console is seen as it begins, goes on and ends', async () => {
  const list = await enter(stage);
  await list.locator('.empty').filter({ hasText: 'No calls yet' }).waitFor();
  const desk = await enter(stage, `console/requests?psid=${ECHO}`);
  await desk.click('#send');
  await desk.locator('.answer .badge').filter({ hasText: '200' }).waitFor();
  await list.locator('.entry[data-state=connected]').filter({ hasText: ECHO }).waitFor();

  await list.click('.entry');
  await list.locator('.step').filter({ hasText: 'connected' }).first().waitFor();
  await steps(list, ['POST', 'SDP offer', 'dialing', 'ringing', 'accept', 'first packet of default audio']);
  await list.locator('.step').filter({ hasText: 'SDP offer' }).first().locator('button').click();
  await list.locator('.brought pre').filter({ hasText: 'a=setup:' }).waitFor();

  await list.click('.tabs a:text-is("SDP")');
  await list.locator('.sdp-line[data-severity]').first().waitFor();
  await list.locator('.picks button').filter({ hasText: 'lines differ' }).first().click();
  await list.click('text=Differences to the one before');
  await list.locator('.text ins').first().waitFor();

  await list.click('.tabs a:text-is("Quality")');
  await list.locator('.graph canvas').first().waitFor();
  const rates = list.locator('.graph').filter({ hasText: 'Bit rate' }).locator('.key dd');
  await list.waitForFunction(() =>
    [...document.querySelectorAll('.graph .key dd')].slice(0, 4).every(({ textContent }) => parseFloat(textContent ?? '') > 0.5),
  );
  assert.equal(await rates.count(), 4, 'both legs, both ways');
  await list.locator('.graph .u-over').first().hover();
  await list.locator('.graph .u-cursor-pt:not(.u-off)').nth(7).waitFor({ state: 'attached' });
  await list.locator('.legs').filter({ hasText: 'Round trip' }).waitFor();

  await desk.click('text=See the call');
  await desk.click('text=Hang up');
  await desk.locator('.line').filter({ hasText: '1 call of this tab' }).waitFor();
  await desk.click('#send');
  await desk.locator('.answer .badge').filter({ hasText: '200' }).waitFor();
  await list.locator('.title .badge').filter({ hasText: 'completed' }).waitFor();
  await list.click('.tabs a:text-is("Webhooks")');
  await list.locator('.entry[data-state=delivered]').filter({ hasText: 'terminate' }).waitFor();
  await list.click('.tabs a:text-is("Record")');
  await list.locator('pre').filter({ hasText: '"reason": "business_hung_up"' }).waitFor();

  await list.reload();
  await list.locator('pre').filter({ hasText: '"reason": "business_hung_up"' }).waitFor();
  await list.goBack();
  await list.locator('.entry').first().waitFor();
});

test('a request is what a program sends', async () => {
  const page = await enter(stage, 'console/requests?what=feature_status');
  await page.locator('[name=body]').waitFor();
  const sample = async (/** @type {string} */ name) => {
    await page.click(`.sample button:text-is("${name}")`);
    return (await page.textContent('.sample pre')) ?? '';
  };
  const { page_token: token } = stage.server.ready;
  const env = { ...process.env, PAGE_TOKEN: token };

  const { stdout: answer } = await run('node', ['--input-type=module', '-e', await sample('JavaScript')], { env });
  assert.match(answer, /^200 .*messenger_api_calling/s);

  await page.fill('[name=body]', `{"features": [{"feature": "it's $(a) \\"quoted\\" \\u2028"}], "deep": {"none": null, "yes": true}}`);
  const { stdout: words } = await run('sh', ['-c', `curl() { for word; do printf '%s\\0' "$word"; done; }\n${await sample('curl')}`], {
    env,
  });
  const told = words.split('\0');
  assert.deepEqual(told.slice(0, 2), ['-X', 'POST']);
  assert.ok(told.includes(`Authorization: Bearer ${token}`));
  const body = { features: [{ feature: `it's $(a) "quoted" \u2028` }], deep: { none: null, yes: true } };
  assert.deepEqual(JSON.parse(told[told.indexOf('-d') + 1]), body);

  const requests =
    'import json\nclass requests:\n  def request(method, url, headers, json):\n    requests.sent = (method, headers["Authorization"], json)\n    class answer:\n      status_code = 200\n      json = lambda: 0\n    return answer\n';
  const python = requests + (await sample('Python')).replace('import requests', '') + '\nprint(json.dumps(requests.sent))';
  const { stdout: sent } = await run('python3', ['-c', python], { env });
  assert.deepEqual(JSON.parse(sent.split('\n')[1]), ['POST', `Bearer ${token}`, body]);

  await page.fill('[name=body]', '{');
  await page.click('#send');
  await page.locator('.problem').filter({ hasText: 'The body is no JSON' }).waitFor();
});

test('a program calls a consumer as it is written, and changes the media of the call that is chosen', async () => {
  const page = await enter(stage, `console/requests?psid=${ECHO}`);
  const env = { ...process.env, PAGE_TOKEN: stage.server.ready.page_token };
  const sample = page.locator('.sample pre');
  await sample.filter({ hasText: 'a=fingerprint' }).waitFor();
  const { stdout } = await run('sh', ['-c', `${await sample.textContent()}`], { env });
  const call = /** @type {string} */ (/c_[\w-]+/.exec(stdout)?.[0]);
  await page.selectOption('[name=kind]', 'media_update');
  await page.fill('[name=call]', call);
  await page.press('[name=call]', 'Tab');
  await page.waitForFunction(() => /"msid": "[\w-]{36}"/.test(document.querySelector('textarea')?.value ?? ''));
  await page.click('.sample button:text-is("JavaScript")');
  const changed = await run('node', ['--input-type=module', '-e', (await sample.textContent()) ?? ''], { env });
  assert.match(changed.stdout, /^200 /);
  await stage.server.graph('calls', { platform: 'messenger', action: 'terminate', call_id: call });
});

test('what is told about a call late does not bring it back', async () => {
  const page = await enter(stage);
  const states = await page.evaluate(async () => {
    const { CallList } = await import(/** @type {string} */ ('/assets/console/call-list.js'));
    const calls = new CallList();
    const told = (/** @type {string} */ state) => {
      calls.tell({ id: 'c_1', created_at: 1, state });
      return calls.all[0].state;
    };
    return ['dialing', 'connected', 'ringing', 'ended', 'connected'].map(told);
  });
  assert.deepEqual(states, ['dialing', 'connected', 'connected', 'ended', 'ended']);
});

test('what is not there says so', async () => {
  const page = await enter(stage, 'console/calls/c_1');
  await page.locator('.problem').filter({ hasText: 'There is no such' }).waitFor();
  await page.click('nav a:has-text("Webhooks")');
  await page.locator('.endpoints li').first().waitFor();
  stage.forgive(/status of 404/);
});

test('a server that goes away and comes back is followed again', async () => {
  const page = await enter(stage);
  await page.locator('.line[data-online=true]').waitFor();
  let refused = 0;
  await page.route(/\/offhook\/v1\/events/, (route) => {
    refused += 1;
    return refused < 2 ? route.fulfill({ status: 503, json: {} }) : route.continue();
  });
  await page.reload();
  await page.locator('.line[data-online=false]').waitFor();
  await page.locator('.line[data-online=true]').waitFor();
  assert.equal(refused, 2);
  stage.forgive(/status of 503/);
});

/**
 * Waits until the ladder has these steps, in this order among others.
 *
 * @param {Page} page
 * @param {string[]} wanted
 */
async function steps(page, wanted) {
  const has = (/** @type {string[]} */ wanted) => {
    let next = 0;
    for (const { textContent } of document.querySelectorAll('.step .what'))
      if (next < wanted.length && textContent?.includes(wanted[next])) next += 1;
    return next === wanted.length;
  };
  await page
    .waitForFunction(has, wanted)
    .catch(async () => assert.fail(`${wanted} are not among ${await page.locator('.step .what').allTextContents()}`));
}
