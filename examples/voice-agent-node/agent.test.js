// The agent calls scripted consumers, with real media. A consumer says what he heard instead of what was expected.

import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Agent, Result } from "./agent.js";
import { Sandbox } from "./sandbox.js";

/** A consumer whom every sandbox knows. */
const DECLINES = "5550109";
const VERIFY_TOKEN = "appointments";

let sandbox, agent, webhook;

beforeAll(async () => {
  sandbox = await Sandbox.start();
  const { base_url, page_id, page_token, app_secret } = sandbox.facts;
  agent = new Agent({
    baseUrl: base_url,
    pageId: page_id,
    pageToken: page_token,
    appSecret: app_secret,
    verifyToken: VERIFY_TOKEN,
    patienceMs: 2000,
  });
  webhook = agent.webhook().listen(0, "127.0.0.1");
  await once(webhook, "listening");
  await sandbox.subscribe(`http://127.0.0.1:${webhook.address().port}/webhook`, VERIFY_TOKEN);
});
afterEach(() => sandbox.mend());
afterAll(async () => {
  await sandbox.stop();
  webhook.close();
});

const consumer = (...steps) => `[[consumer]]\nname = "Ada"\nsteps = [${steps.join(", ")}]`;

test.each([
  ["1", Result.CONFIRMED, 880],
  ["2", Result.CANCELLED, 660],
])("the key %s: %s, and the consumer is told", async (key, result, hertz) => {
  const run = await sandbox.run(
    consumer(
      '"answer"',
      '{ expect = "tone", hz = 440, for = "500ms" }',
      `{ press = "${key}" }`,
      `{ expect = "tone", hz = ${hertz} }`,
      '{ expect = "ended", status = "Completed", reason = "business_hung_up" }',
    ),
  );
  expect(await agent.call(run.psid)).toBe(result);
  const { heard } = await sandbox.passed(run);
  expect(heard.sounding_ms, "the greeting and the answer").toBeGreaterThan(1400);
});

test("another key is asked for again", async () => {
  const run = await sandbox.run(
    consumer(
      '"answer"',
      '{ expect = "tone", hz = 440 }',
      '{ press = "5" }',
      '{ expect = "silence", for = "200ms" }',
      '{ press = "1" }',
      '{ expect = "tone", hz = 880 }',
      '{ expect = "ended" }',
    ),
  );
  expect(await agent.call(run.psid)).toBe(Result.CONFIRMED);
  await sandbox.passed(run);
});

test("who says nothing is asked twice", async () => {
  const run = await sandbox.run(
    consumer(
      '"answer"',
      '{ expect = "tone", hz = 440 }',
      '{ expect = "silence" }',
      '{ expect = "tone", hz = 440 }',
      '{ expect = "silence" }',
      '{ expect = "tone", hz = 220 }',
      '{ expect = "ended", reason = "business_hung_up" }',
    ),
  );
  expect(await agent.call(run.psid)).toBe(Result.UNDECIDED);
  await sandbox.passed(run);
});

test("a consumer who hangs up is noticed", async () => {
  const run = await sandbox.run(consumer('"answer"', '{ expect = "tone", hz = 440 }', '"hang_up"'));
  expect(await agent.call(run.psid)).toBe(Result.HUNG_UP);
  await sandbox.passed(run);
});

test("a consumer who declines is not reached", async () => {
  expect(await agent.call(DECLINES)).toBe(Result.NOT_REACHED);
});

test("a consumer who does not answer is not reached", async () => {
  const run = await sandbox.run(consumer('{ expect = "ringing" }'));
  const call = agent.call(run.psid);
  await sandbox.passed(run);
  await sandbox.advanceClock(61_000);
  expect(await call).toBe(Result.NOT_REACHED);
});

test("webhooks that come late and twice change nothing", async () => {
  await sandbox.fault({ fault: "webhook_dropped", event: "accepted" });
  await sandbox.fault({ fault: "webhook_twice" });
  const run = await sandbox.run(
    consumer('"answer"', '{ expect = "tone", hz = 440 }', '{ press = "1" }', '{ expect = "ended" }'),
  );
  expect(await agent.call(run.psid)).toBe(Result.CONFIRMED);
  await sandbox.passed(run);
});
