import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Line } from './line.js';
import { Stage, inState } from './stage.js';
import { Way } from './way.js';

/** @typedef {import('playwright-core').Page} Page */

/** @type {Stage} */
let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.clear());

/**
 * A consumer's client whose line to the server is not to be relied on, and the business's page.
 *
 * @param {(page: Page) => Promise<unknown>} [prepare] before the client is loaded
 */
async function pair(prepare = async () => {}) {
  const line = new Line();
  const who = await stage.server.consumer();
  const lead = (/** @type {Page} */ page) => Promise.all([line.lead(page), prepare(page)]);
  const [client, business] = await Promise.all([stage.client(who, { prepare: lead }), stage.business(who)]);
  return { line, client, business };
}

/** @param {{client: Page, business: Page}} pages */
async function inCall({ client, business }) {
  await client.click('#call');
  await inState(business, 'incoming');
  await business.click('#accept');
  await Promise.all([inState(client, 'connected'), inState(business, 'connected')]);
}

/**
 * Waits until sound comes from the other side that was not there before.
 *
 * @param {Page} client
 */
async function getsSound(client) {
  const received = async () => {
    const { phone } = /** @type {any} */ (document.querySelector('offhook-consumer'));
    const stats = [...((await phone.call?.leg.connection.getStats())?.values() ?? [])];
    const sound = stats.filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    return sound.reduce((sum, { packetsReceived }) => sum + packetsReceived, 0);
  };
  const before = await client.evaluate(received);
  await client.waitForFunction(`(${received})().then((now) => now > ${before} + 20)`);
}

test('who hangs up without a connection is gone at once, and the business hears of it when the line is back', async () => {
  const { line, client, business } = await pair();
  await inCall({ client, business });
  await line.cut();
  await client.locator('#network').filter({ hasText: 'Connecting again…' }).waitFor();
  await client.click('#hang-up');
  await inState(client, 'ended');
  assert.match((await client.textContent('#state')) ?? '', /^You hung up/);
  assert.equal(await business.getAttribute('#panel', 'data-state'), 'connected');
  line.mend();
  await inState(business, 'ended');
  assert.match((await client.textContent('#state')) ?? '', /^You hung up/);
});

test('who declines or cancels without a connection stays undisturbed when the line is back', async () => {
  const { line, client, business } = await pair();
  await business.click('#call');
  await inState(client, 'ringing');
  await line.cut();
  await client.click('#decline');
  await inState(client, 'ended');
  line.mend();
  await inState(business, 'ended');
  await client.waitForSelector('#line[data-online=true]');
  assert.equal(await client.textContent('#state'), 'You declined');

  // The server has taken the call, and its word of that is lost with the line.
  line.loses = ({ type }) => type === 'calling';
  await client.click('#call');
  await inState(business, 'incoming');
  await client.click('#hang-up');
  await line.cut();
  line.loses = () => false;
  line.mend();
  await inState(business, 'ended');
  assert.equal(await client.textContent('#state'), 'You cancelled');
});

for (const lost of ['answered', 'calling']) {
  test(`a call that was answered while the line was down goes on when it is back, though the word "${lost}" is lost`, async () => {
    const { line, client, business } = await pair();
    line.loses = ({ type }) => type === lost;
    await client.click('#call');
    await inState(business, 'incoming');
    await inState(client, 'calling');
    await line.cut();
    await client.waitForSelector('#line[data-online=false]', { state: 'attached' });
    await business.click('#accept');
    await inState(business, 'connected');
    line.mend();
    await inState(client, 'connected');
    await getsSound(client);
  });
}

test('a line that breaks at a word about a call costs no call', async () => {
  const { line, client, business } = await pair();
  for (const word of ['call', 'calling', 'accept', 'accepted']) {
    line.breakAt(word);
    if (word.startsWith('call')) {
      await client.click('#call');
      if (word === 'call') await sayAgain(client);
      await inState(business, 'incoming');
      await business.click('#accept');
    } else {
      await business.click('#call');
      await inState(client, 'ringing');
      await client.click('#accept');
    }
    await Promise.all([inState(client, 'connected'), inState(business, 'connected')]);
    await getsSound(client);
    await client.click('#hang-up');
    await inState(business, 'ended');
    await client.waitForSelector('#line[data-online=true]');
  }
});

/** The call was lost with the line, which the consumer is told. @param {Page} client */
async function sayAgain(client) {
  await client.waitForSelector('#problem');
  assert.equal(await client.textContent('#state'), 'Not called');
  assert.equal(await client.textContent('#problem'), 'The connection broke. Try again.');
  await client.click('#call-again:enabled');
}

test('an offer of the server that crosses the first one of the device is left out', async () => {
  const { line, client, business } = await pair();
  await business.click('#call');
  await inState(client, 'ringing');
  line.loses = ({ type, call }) => {
    if (type === 'accept') line.say({ type: 'offer', call, version: 1, sdp: 'v=0' });
    return false;
  };
  await client.click('#accept');
  await Promise.all([inState(client, 'connected'), inState(business, 'connected')]);
  await getsSound(client);
});

test('a call that stopped ringing while the line was down was missed', async () => {
  const { line, client, business } = await pair();
  await business.click('#call');
  await inState(client, 'ringing');
  await line.cut();
  await business.click('#hang-up');
  await inState(business, 'ended');
  line.mend();
  await inState(client, 'ended');
  assert.equal(await client.textContent('#state'), 'Missed call');
});

test('a text that is lost with the line arrives once when it is back, and one that is refused can be sent again', async () => {
  const line = new Line();
  const client = await stage.client(await stage.server.stranger(), { prepare: (page) => line.lead(page) });
  const write = async (/** @type {string} */ text) => {
    await client.fill('#text', text);
    await client.press('#text', 'Enter');
  };
  // Of the first the server hears nothing; that it took the second is not heard.
  for (const lost of ['message', 'entry']) {
    line.breakAt(lost);
    await write(`with the ${lost}`);
    await client.locator('[data-kind=text]').filter({ hasText: `with the ${lost}` }).waitFor();
    await client.waitForSelector('#line[data-online=true]');
  }
  await write('the last one');
  await client.locator('[data-kind=text]').filter({ hasText: 'the last one' }).waitFor();
  assert.deepEqual(await client.locator('[data-kind=text] p').allTextContents(), ['with the message', 'with the entry', 'the last one']);
  line.loses = ({ type }) => type === 'message';
  await write('too much');
  line.say({ type: 'error', call: null, error: 'rate_limited', detail: '' });
  await client.locator('#problem').filter({ hasText: 'That was a lot in a short time.' }).waitFor();
  assert.equal(await client.inputValue('#text'), 'too much');
});

test('without a connection nothing can be pressed that would be lost', async () => {
  const line = new Line();
  const who = await stage.server.consumer();
  const client = await stage.client(who, { prepare: (page) => line.lead(page) });
  const payload = { template_type: 'button', text: 'Need help?', buttons: [{ type: 'postback', title: 'Yes', payload: 'YES' }] };
  await client.fill('#text', 'Hello');
  await client.press('#text', 'Enter');
  await client.locator('[data-from=consumer]').waitFor();
  await stage.server.graph('messages', { recipient: { id: who.psid }, message: { attachment: { type: 'template', payload } } });
  await client.getByRole('button', { name: 'Yes' }).waitFor();
  await line.cut();
  await client.waitForSelector('#line[data-online=false]');
  for (const pressed of ['#call', '#call-video', '#revoke', '[data-kind=template] button']) assert.ok(await client.isDisabled(pressed), pressed);
  line.mend();
  await client.waitForSelector('[data-kind=template] button:enabled');
});

test('a call finds another way to the server when the one that it had is gone', async (t) => {
  const way = new Way(1);
  t.after(() => way.close());
  const { client, business } = await pair((page) => way.lead(page));
  await inCall({ client, business });
  await getsSound(client);
  const told = client.waitForFunction(() => document.querySelector('#network')?.textContent?.includes('Connecting again…'));
  way.move();
  await told;
  await getsSound(client);
});

test('a machine that slept connects anew when it wakes', async () => {
  const { line, client } = await pair((page) => page.clock.install());
  assert.equal(line.connections, 1);
  await client.clock.fastForward('20:00');
  await client.waitForSelector('#line[data-online=false]');
  await client.waitForSelector('#line[data-online=true]');
  assert.equal(line.connections, 2);
});

test('a clock that is ten minutes fast changes neither the ringing nor the time of a call', async () => {
  const { line, client, business } = await pair((page) => page.clock.install({ time: Date.now() + 600_000 }));
  await business.click('#call');
  await inState(client, 'ringing');
  await client.clock.runFor(6000);
  assert.equal(await client.getAttribute('#panel', 'data-state'), 'ringing');
  await client.click('#accept');
  await inState(client, 'connected');
  assert.match((await client.textContent('#timer')) ?? '', /^0:0\d$/);
  await business.click('#hang-up');
  await inState(client, 'ended');

  await business.click('#call');
  await inState(client, 'ringing');
  await line.cut();
  await inState(client, 'ended'); // It cannot be told when it stops to ring.
  assert.equal(await client.textContent('#state'), 'Missed call');
});
