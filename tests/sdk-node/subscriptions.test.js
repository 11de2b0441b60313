// `Page` and `Application`: who gets which webhooks.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server, refused } from "./server.js";

const FIELDS = ["call_permission_reply", "calls"];
let server;

before(async () => {
  server = await Server.start();
});
after(() => server.stop());

test("a Page is subscribed, shown and unsubscribed", async () => {
  await server.page.createSubscribedApp([], { subscribed_fields: FIELDS });
  const [app] = await server.page.getSubscribedApps(["id", "subscribed_fields"]);
  assert.deepEqual([app.id, app.subscribed_fields], [server.facts.app_id, FIELDS]);
  await server.page.deleteSubscribedApps();
  assert.equal((await server.page.getSubscribedApps(["id"])).length, 0);
});

test("a field that does not exist is refused", async () => {
  await refused(server.page.createSubscribedApp([], { subscribed_fields: ["phone_calls"] }), 100, undefined);
});

test("an app is subscribed and shown, and its callback must prove itself", async () => {
  const [subscription] = await server.application.getSubscriptions(["object", "fields"]);
  assert.equal(subscription.object, "page");
  const callback_url = `${server.facts.base_url}/health/live`;
  const change = { object: "page", callback_url, verify_token: "secret", fields: ["calls"] };
  await refused(server.application.createSubscription([], change), 2200, undefined);
});
