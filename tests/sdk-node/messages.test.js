// `Page.createMessage`: what calling sends into a consumer's thread.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server, refused } from "./server.js";

let server;

before(async () => {
  server = await Server.start();
  const device = await server.device("by_hand");
  device.say({ type: "message", text: "Hello" });
  await device.hear("entry");
  device.close();
});
after(() => server.stop());

const send = (psid, message) => server.page.createMessage([], { recipient: { id: psid }, message });
const template = (payload) => ({ attachment: { type: "template", payload } });

test("a text, a button and a prompt are sent", async () => {
  const psid = server.psid("by_hand");
  const buttons = [{ type: "audio_call", title: "Call us", expires_in_days: 5 }];
  const messages = [
    { text: "How can we help?" },
    template({ template_type: "button", text: "Need help?", buttons }),
    template({ template_type: "call_prompt", ttl_days: 3 }),
  ];
  for (const message of messages) {
    const answer = await send(psid, message);
    assert.equal(answer.recipient_id, psid);
    assert.match(answer.message_id, /^m_/);
  }
});

test("permission that is held is not asked for", async () => {
  await refused(send(server.psid("by_hand"), template({ template_type: "calling_optin" })), 613, 9100008);
});

test("nothing is sent outside the window", async () => {
  await refused(send(server.psid("tone"), { text: "Hello?" }), 10, 2018278);
});
