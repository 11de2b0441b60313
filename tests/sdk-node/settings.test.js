// `Page.getMessengerCallSettings` and `Page.createMessengerCallSetting`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server, refused } from "./server.js";

let server;

before(async () => {
  server = await Server.start();
});
after(() => server.stop());

const settings = async (...fields) => {
  const cursor = await server.page.getMessengerCallSettings(fields, { summary: true });
  return cursor[0];
};

test("what is set is read back", async () => {
  const change = { icon_enabled: false, video_enabled: true, call_routing: { ring_target: "PARTNERS" } };
  const answer = await server.page.createMessengerCallSetting([], change);
  assert.equal(answer.result, "success");
  const read = await settings("icon_enabled", "video_enabled", "call_routing");
  assert.deepEqual([read.icon_enabled, read.video_enabled, read.call_routing], [false, true, { ring_target: "PARTNERS" }]);
});

test("hours that close before they open are refused", async () => {
  const backwards = [{ day_of_week: "MONDAY", open_time: "1700", close_time: "0800" }];
  const hours = { timezone_id: "Africa/Nairobi", weekly_operating_hours: backwards };
  await refused(server.page.createMessengerCallSetting([], { call_hours: hours }), 100, 9100012);
});
