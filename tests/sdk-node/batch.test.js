// `FacebookAdsApiBatch`: several requests in one.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sdk from "facebook-nodejs-business-sdk";
import { Server } from "./server.js";

const { FacebookAdsApi, FacebookAdsApiBatch } = sdk;
let server;

before(async () => {
  server = await Server.start();
});
after(() => server.stop());

test("each request is answered in its place", async () => {
  const { page_id, page_token } = server.facts;
  const batch = new FacebookAdsApiBatch(new FacebookAdsApi(page_token, "en_US", false));
  const answers = {};
  const keep = (name) => (answer) => {
    answers[name] = answer;
  };
  const edge = [page_id, "messenger_call_permissions"];
  batch.add("GET", edge, { psid: server.psid("echo") }, undefined, keep("known"));
  batch.add("GET", edge, { psid: "1" }, undefined, undefined, keep("unknown"));
  batch.add("POST", [page_id, "subscribed_apps"], { subscribed_fields: "calls" }, undefined, keep("subscribed"));
  assert.equal(await batch.execute(), null, "no request must be tried again");
  assert.equal(answers.known.body.permission.status, "HAS_PERMISSION");
  assert.equal(answers.unknown.error.response.error.error_subcode, 2018001);
  assert.equal(answers.subscribed.body.success, true);
});
