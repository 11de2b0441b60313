// `Page.createBusinessMessagingFeatureStatus`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server, refused } from "./server.js";

let server;

before(async () => {
  server = await Server.start();
});
after(() => server.stop());

test("calling is enabled", async () => {
  const features = [{ feature: "messenger_api_calling" }];
  const answer = await server.page.createBusinessMessagingFeatureStatus([], { features });
  assert.deepEqual(answer.data ?? answer._data?.data, [{ feature: "messenger_api_calling", status: "enabled" }]);
});

test("the features must be told", async () => {
  await refused(server.page.createBusinessMessagingFeatureStatus([], {}), 100, undefined);
});
