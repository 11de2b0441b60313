// `Page.createCall`: each action, taken and refused.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OFFER, Server, UNKNOWN, refused } from "./server.js";

const session = { sdp_type: "offer", sdp: OFFER };
let server;

before(async () => {
  server = await Server.start();
});
after(() => server.stop());

const connect = (psid, offer = session) =>
  server.page.createCall([], { platform: "MESSENGER", action: "CONNECT", to: psid, session: offer });

const act = (action, call, more = {}) =>
  server.page.createCall([], { platform: "MESSENGER", action, call_id: call, ...more });

test("connect returns the answer to the offer, and terminate ends the call once", async () => {
  const answer = await connect(server.psid("ignore"));
  assert.equal(answer.success, true);
  assert.equal(answer.id, answer.call_id);
  assert.equal(answer.session.sdp_response.sdp_type, "answer");
  assert.match(answer.session.sdp_response.sdp, /a=ice-lite/);
  await refused(act("ACCEPT", answer.call_id, { session }), -1, 9100005);
  assert.equal((await act("TERMINATE", answer.call_id)).success, true);
  await refused(act("TERMINATE", answer.call_id), -1, 9100004);
});

test("connect with an SDP that is none, and to nobody, is refused", async () => {
  const error = await refused(connect(server.psid("echo"), { sdp_type: "offer", sdp: "v=0" }), -1, 2018392);
  assert.equal(error.status, 400);
  assert.equal(error.response.error_data.offhook.error, "invalid_sdp");
  await refused(connect("1"), 100, 2018001);
});

test("terminate of an unknown call is refused", async () => {
  await refused(act("TERMINATE", UNKNOWN), -1, 2018390);
});

test("accept answers a consumer's call once", async () => {
  const device = await server.device("by_hand");
  const call = await device.call();
  const answer = await act("ACCEPT", call, { session });
  assert.equal(answer.session.sdp_response.sdp_type, "answer");
  assert.equal(answer.session.sdp_renegotiation.sdp_type, "offer");
  await device.hear("answered");
  await refused(act("ACCEPT", call, { session }), -1, 9100002);
  await act("TERMINATE", call);
  assert.equal((await device.hear("ended")).reason, "business_hung_up");
  device.close();
});

test("reject refuses a consumer's call once", async () => {
  const device = await server.device("by_hand");
  const call = await device.call();
  assert.equal((await act("REJECT", call)).success, true);
  assert.equal((await device.hear("ended")).status, "Completed");
  await refused(act("REJECT", call), -1, 9100003);
  device.close();
});

test("media_update changes a track once a version", async () => {
  const msid = OFFER.split("a=msid:")[1].split(/\s+/)[1];
  const tracks = [{ msid, label: "DEFAULT_AUDIO", status: "DISABLED" }];
  const device = await server.device("by_hand");
  const call = await device.call();
  await act("ACCEPT", call, { session });
  await device.hear("answered");
  const update = { from_version: 0, to_version: 1, tracks };
  assert.equal((await act("MEDIA_UPDATE", call, update)).success, true);
  await refused(act("MEDIA_UPDATE", call, update), -1, 9100006);
  await act("TERMINATE", call);
  device.close();
});
