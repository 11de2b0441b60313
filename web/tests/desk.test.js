import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { enter } from './console-door.js';
import { VOICES, agent, consumer, listen, shop, shown, signIn } from './desk-stage.js';
import { watchNotices } from './notices.js';
import { STRIPES, Stage, ear, hears, inState, sees } from './stage.js';

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
  await desk.click('[data-do=accept]');
  await Promise.all([inState(client, 'connected'), inState(desk, 'connected')]);
}

/** Waits until the second note of the hold tone is heard. @param {Page} client */
async function hearsHoldTone(client) {
  const listening = await ear(client);
  await client.waitForFunction(
    (/** @type {any} */ ear) => ear.peaks().some((/** @type {number} */ hertz) => Math.abs(hertz - 554) < 12) && ear.sound().decibels > -45,
    listening,
    { polling: 50 },
  );
}

test('a call rings at the free agents, the first has it, holds it and hands it over, and the consumer hears each of them', async () => {
  const place = await shop(stage);
  const [ada, bo] = [await agent(stage, place, 'Ada'), await agent(stage, place, 'Bo', { hertz: VOICES.bo })];
  const { client, psid } = await consumer(stage, place);
  await client.click('#call');
  await Promise.all([ada, bo].map((desk) => desk.waitForSelector('.rings')));
  assert.match(await ada.title(), /Grace Hopper is calling/);
  await ada.click('[data-do=accept]');
  await Promise.all([inState(client, 'connected'), inState(ada, 'connected')]);
  await bo.waitForSelector('.rings', { state: 'detached' });
  assert.equal(await bo.textContent('#state'), 'Answered elsewhere');
  await Promise.all([hears(client, VOICES.ada), hears(ada, VOICES.consumer)]);

  await ada.click('#hold');
  await inState(ada, 'held');
  await hearsHoldTone(client);
  await ada.click('#hold');
  await inState(ada, 'connected');
  await hears(client, VOICES.ada);

  await ada.fill('#note', 'Wants the blue one');
  await ada.click('#save-note');
  await ada.click('#hand-over');
  await ada.click('#colleagues-free [data-agent]');
  await ada.waitForSelector('#handing-over');
  await hearsHoldTone(client);
  await bo.waitForSelector('.rings[data-handed=true]');
  await bo.click('[data-do=refuse]');
  await shown(ada, 'board.call.held_since');
  await ada.waitForSelector('#handing-over', { state: 'detached' });
  await ada.click('#hand-over');
  await ada.click('#colleagues-free [data-agent]');
  await bo.click('[data-do=accept]');
  await Promise.all([inState(bo, 'connected'), inState(ada, 'idle')]);
  assert.equal(await ada.textContent('#state'), 'Handed over');
  await Promise.all([hears(client, VOICES.bo), hears(bo, VOICES.consumer)]);
  assert.equal(await client.getAttribute('#panel', 'data-state'), 'connected');

  await bo.click('#hang-up');
  await Promise.all([inState(client, 'ended'), inState(bo, 'idle')]);
  await bo.click('#tab-history');
  const past = bo.locator('#history li').first();
  await past.locator('.noted').waitFor();
  assert.match((await past.textContent()) ?? '', /Grace Hopper.*Your side hung up · 0:\d\d.*with Bo.*Ada.*Wants the blue one/s);

  const operator = await enter(stage, 'console/calls');
  await operator.locator('.entry').filter({ hasText: psid }).first().click();
  const steps = operator.locator('.step');
  const told = ['board, rings', 'accept', 'hold', 'board, on hold', 'hold, off', 'hand_over to', 'board, handed over', 'handed_over', 'hang_up'];
  for (const what of told) await steps.filter({ hasText: new RegExp(`${what}.* · agent \\d+, `) }).first().waitFor();
});

test('an agent who looks elsewhere has a notice of what rings, which leads to the desk and goes with the ringing', async () => {
  const place = await shop(stage);
  const desk = await agent(stage, place, 'Nora', { look: { permissions: ['notifications'] } });
  const notices = await watchNotices(desk);
  const { client } = await consumer(stage, place);

  await client.click('#call');
  await desk.waitForSelector('.rings');
  assert.deepEqual(await notices.shown(), [], 'none while the desk is looked at');
  await client.click('#hang-up');
  await desk.waitForSelector('.rings', { state: 'detached' });

  await notices.lookElsewhere();
  await client.click('#call');
  await notices.until(1);
  assert.deepEqual(await notices.shown(), [['Grace Hopper is calling', 'calls Shop']]);
  await client.click('#hang-up');
  await notices.until(0);

  await client.click('#call');
  await notices.until(1);
  assert.equal(await notices.click(), true, 'it leads to the desk');
  await notices.until(0);
});

test('a reload keeps the call, and another tab of the agent can take it', async () => {
  const place = await shop(stage);
  const ada = await agent(stage, place, 'Ada Two');
  const { client } = await consumer(stage, place);
  await answer(client, ada);
  await ada.reload();
  await inState(ada, 'connected');
  await listen(ada);
  await Promise.all([hears(client, VOICES.ada), hears(ada, VOICES.consumer)]);

  const laptop = await ada.context().newPage();
  await laptop.goto(ada.url().replace('tone=1000', ''));
  await inState(laptop, 'elsewhere');
  await laptop.click('#take-here');
  await Promise.all([inState(laptop, 'connected'), inState(ada, 'elsewhere')]);
  await client.click('#hang-up');
  await inState(laptop, 'idle');
  assert.match((await laptop.textContent('#state')) ?? '', /^They hung up · 0:\d\d$/);
});

test('the agent’s language is the desk’s, and another can be chosen before and after they sign in', async () => {
  const place = await shop(stage);
  const { secret } = await stage.server.admin('POST', 'agents', { name: 'Amal', pages: [place.page_id] });
  const desk = await stage.open('desk', { locale: 'ar-EG' });
  await desk.waitForSelector('html[lang=ar-EG][dir=rtl]');
  assert.equal(await desk.textContent('#sign-in'), 'تسجيل الدخول');
  await desk.selectOption('#language', 'es');
  await desk.waitForSelector('html[lang=es][dir=ltr]');
  await signIn(desk, 'Amal', secret);
  stage.forgive(/status of 401/);
  assert.equal(await desk.textContent('#line'), 'En línea');
  await desk.check('#free');
  const clients = [(await consumer(stage, place)).client, (await consumer(stage, place, 'Ada Lovelace')).client];
  for (const client of clients) await client.click('#call');
  await desk.locator('.rings').nth(1).waitFor();
  assert.equal(await desk.title(), 'Suenan 2 llamadas');
  await desk.click('#more');
  await desk.selectOption('#language', 'ar');
  await desk.waitForSelector('html[lang^=ar][dir=rtl]');
  assert.equal(await desk.title(), 'مكالمتان واردتان');
  await desk.focus('#tab-consumers');
  await desk.keyboard.press('ArrowLeft');
  await desk.waitForSelector('#tab-history:focus', { state: 'attached' });
  await desk.reload();
  await desk.waitForSelector('html[lang^=ar][dir=rtl]');
  for (const client of clients) await client.click('#hang-up');
  await desk.waitForSelector('.rings', { state: 'detached' });
});

test('an agent sees whom they talk with and shows themselves', async () => {
  const place = await shop(stage);
  const ada = await agent(stage, place, 'Ada Three');
  const { client } = await consumer(stage, place);
  await answer(client, ada);
  await client.click('#camera');
  await sees(ada, STRIPES.consumer);
  await ada.click('#camera');
  await sees(client, STRIPES.business);
  await ada.click('#hold');
  await sees(client);
});

test('an agent calls who permits it, and asks who does not', async () => {
  const place = await shop(stage);
  const ada = await agent(stage, place, 'Ada Four');
  const { client, psid } = await consumer(stage, place);
  await client.fill('#text', 'Call me, please');
  await client.press('#text', 'Enter');
  await client.locator('[data-from=consumer]').waitFor();
  await ada.fill('#search', 'grace');
  const row = ada.locator(`[data-psid="${psid}"]`);
  await row.locator('[data-do=ask]').click();
  await client.locator('[data-kind=permission_request] .primary').click();
  await client.waitForSelector('#permission');
  await ada.fill('#search', 'hopper');
  await row.locator('[data-do=call]').click();
  await inState(client, 'ringing');
  await client.click('#accept');
  await Promise.all([inState(client, 'connected'), inState(ada, 'connected')]);
  await Promise.all([hears(client, VOICES.ada), hears(ada, VOICES.consumer)]);
  await ada.click('#hang-up');
  await inState(client, 'ended');
});

test('a link fills in who signs in, is out of sight at once, and is for nobody else', async () => {
  const place = await shop(stage);
  const name = 'Ada & Five';
  const { secret } = await stage.server.admin('POST', 'agents', { name, pages: [place.page_id] });
  const link = `desk#${new URLSearchParams({ name, secret })}`;
  const desk = await stage.open(link);
  await desk.waitForSelector('#sign-in');
  assert.equal(new URL(desk.url()).hash, '');
  await desk.click('#sign-in');
  await desk.waitForSelector('#line[data-online=true]');
  assert.equal(await desk.textContent('h1'), name);
  await desk.goto(`${stage.server.ready.base_url}/${link}`);
  await desk.waitForSelector('#line[data-online=true]');
  await desk.evaluate((link) => location.assign(link), 'desk#name=Somebody&secret=else');
  await desk.waitForSelector('#sign-in');
  assert.deepEqual([await desk.inputValue('#name'), await desk.inputValue('#secret')], ['Somebody', 'else']);
  await desk.click('#sign-in');
  await desk.waitForSelector('#problem');
  stage.forgive(/status of 401/);
});

test('who is put out is signed out, a wrong secret says so, and no name does anything', async () => {
  const place = await shop(stage);
  const hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
  const { id, secret } = await stage.server.admin('POST', 'agents', { name: hostile, pages: [place.page_id] });
  const desk = await stage.open('desk');
  desk.on('dialog', (dialog) => stage.complaints.push(`a name said ${dialog.message()}`));
  await desk.fill('#name', hostile);
  await desk.fill('#secret', 'guess');
  await desk.click('#sign-in');
  await desk.waitForSelector('#problem');
  await signIn(desk, hostile, secret);
  assert.equal(await desk.textContent('h1'), hostile);
  await desk.check('#free');
  const { client } = await consumer(stage, place, hostile);
  await client.click('#call');
  await desk.waitForSelector('.rings');
  assert.equal(await desk.textContent('.who-rings'), hostile);
  await desk.click('#tab-history');
  await desk.locator('#history li').first().waitFor();
  await client.click('#hang-up');
  await desk.waitForSelector('.rings', { state: 'detached' });
  await stage.server.admin('PATCH', `agents/${id}`, { enabled: false });
  await desk.waitForSelector('#sign-in');
  assert.equal(await desk.textContent('#problem'), 'You have been signed out.');
  stage.forgive(/status of 401/);
});
