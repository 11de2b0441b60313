import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { chromium } from 'playwright-core';

import { VOICES, agent, consumer, listen, shop, shown } from './desk-stage.js';
import { CHROMIUM, Stage, hears, inState } from './stage.js';

/** @typedef {import('playwright-core').Page} Page */

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/**
 * @param {Page} client
 * @param {Page} desk
 */
async function answer(client, desk) {
  await client.click('#call');
  await desk.waitForSelector('.rings');
  await desk.keyboard.press('F8');
  await Promise.all([inState(client, 'connected'), inState(desk, 'connected')]);
}

/** @param {Page} page @param {string} selector @param {RegExp} words */
function says(page, selector, words) {
  return page.locator(selector).filter({ hasText: words }).waitFor();
}

test('a note stays over a reload and the end of the call, and is not lost when another call begins', async () => {
  const place = await shop(stage);
  const ada = await agent(stage, place, 'Ada');
  const { client } = await consumer(stage, place);
  await client.click('#call');
  await says(ada, '#before', /This is the first call with Grace Hopper/);
  await ada.keyboard.press('F8');
  await Promise.all([inState(client, 'connected'), inState(ada, 'connected')]);
  await ada.fill('#note', 'Wants the bl');
  await ada.reload();
  await inState(ada, 'connected');
  assert.equal(await ada.inputValue('#note'), 'Wants the bl');
  await client.click('#hang-up');
  await inState(ada, 'idle');
  await ada.fill('#note', 'Wants the blue one');
  await ada.click('#save-note');
  await says(ada, '.note [role=status]', /Saved/);
  assert.equal(await ada.inputValue('#note'), '');

  await ada.fill('#note', 'Deliver by Friday');
  await answer(client, ada);
  assert.equal(await ada.inputValue('#note'), '', 'the note is of this call');
  await client.click('#hang-up');
  await inState(ada, 'idle');
  await client.click('#call');
  const first = ada.locator('#before li').nth(1);
  await first.locator('.noted').filter({ hasText: 'Wants the blue one' }).waitFor();
  await first.locator('.noted').filter({ hasText: 'Deliver by Friday' }).waitFor();
  assert.match((await ada.locator('#before time').first().getAttribute('title')) ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  await ada.keyboard.press('F9');
  await ada.waitForSelector('.rings', { state: 'detached' });
  await client.click('#hang-up');
});

test('who offered a call to a colleague is told that they did not take it, cannot or have left', async () => {
  const place = await shop(stage);
  const [ada, bo] = [await agent(stage, place, 'Ada Two'), await agent(stage, place, 'Bo', { hertz: VOICES.bo })];
  const { client } = await consumer(stage, place);
  await client.click('#call');
  await ada.click('[data-do=accept]');
  await inState(ada, 'connected');
  const offer = async () => {
    await ada.click('#hand-over');
    await ada.click('#colleagues-free [data-agent]');
    await bo.waitForSelector('.rings[data-handed=true]');
  };
  await offer();
  await says(ada, '#handing-over', /It rings at Bo/);
  await bo.keyboard.press('F9');
  await says(ada, '#not-taken', /Bo did not take it/);
  await offer();
  await ada.waitForSelector('#not-taken', { state: 'detached' });
  await bo.uncheck('#free');
  await says(ada, '#handing-over', /Bo is not free any more/);
  await bo.context().close();
  await says(ada, '#handing-over', /has left/);
  await ada.click('#hold');
  await inState(ada, 'connected');
  assert.equal(await ada.isDisabled('#sign-out'), true, 'nobody leaves a consumer in mid-call by a slip');
  await ada.click('#hang-up');
  await inState(client, 'ended');
});

test('an agent calls back from the history', async () => {
  const place = await shop(stage);
  const ada = await agent(stage, place, 'Ada Three');
  const { client } = await consumer(stage, place);
  await client.fill('#text', 'Call me, please');
  await client.press('#text', 'Enter');
  await client.locator('[data-from=consumer]').waitFor();
  await client.click('#call');
  await ada.waitForSelector('.rings');
  await client.click('#hang-up');
  await ada.waitForSelector('.rings', { state: 'detached' });
  await ada.click('#tab-history');
  const missed = ada.locator('#history [data-missed=true]');
  await missed.locator('[data-do=call]').click();
  await says(ada, '#problem', /They have not permitted calls. Ask first/);
  await ada.click('#tab-consumers');
  await ada.click('[data-do=ask]');
  await client.locator('[data-kind=permission_request] .primary').click();
  await client.waitForSelector('#permission');
  await ada.click('#tab-history');
  await missed.locator('[data-do=call]').click();
  await inState(client, 'ringing');
  await client.click('#accept');
  await Promise.all([inState(client, 'connected'), inState(ada, 'connected')]);
  await client.click('#hang-up');
  await inState(ada, 'idle');
});

test('an agent whose network is gone is told at once, and goes on with the call when it is back', async () => {
  const place = await shop(stage);
  const ada = await agent(stage, place, 'Ada Four');
  const { client } = await consumer(stage, place);
  await answer(client, ada);
  await ada.context().setOffline(true);
  await says(ada, '#line[data-online=false]', /Connecting again/);
  await ada.context().setOffline(false);
  await ada.waitForSelector('#line[data-online=true]');
  await hears(ada, VOICES.consumer);
  await client.click('#hang-up');
  await inState(ada, 'idle');
  stage.forgive(/ERR_INTERNET_DISCONNECTED/);
});

test('a desk that the browser keeps silent says so before a call rings unheard', async () => {
  const args = CHROMIUM.args.filter((arg) => !arg.startsWith('--autoplay-policy'));
  const strict = new Stage(stage.server, await chromium.launch({ ...CHROMIUM, args }));
  try {
    const ada = await agent(strict, await shop(stage), 'Ada Five');
    assert.equal(await ada.locator('#sound').count(), 0, 'who has touched the page hears it');
    await ada.reload();
    await ada.click('#sound');
    await ada.waitForSelector('#sound', { state: 'detached' });
    await strict.clear();
  } finally {
    await strict.browser.close();
  }
});

test('a server that goes away in mid-call and comes back leaves no doubt what became of the call', async () => {
  const place = await shop(stage);
  const ada = await agent(stage, place, 'Ada Six');
  const { client } = await consumer(stage, place);
  await answer(client, ada);
  await ada.fill('#note', 'In the middle');
  await stage.server.restart();
  await ada.waitForSelector('#line[data-online=true]');
  await inState(ada, 'idle');
  await says(ada, '#state', /^The call was interrupted/);
  assert.equal(await ada.inputValue('#note'), 'In the middle');
  await shown(ada, 'board.free');
  await listen(ada);
  stage.forgive(/WebSocket connection|ERR_CONNECTION_REFUSED/);
});
