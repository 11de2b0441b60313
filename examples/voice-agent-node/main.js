// Calls one consumer: `npm start PSID`, with the server and its credentials in the environment.

import { once } from "node:events";
import { Agent } from "./agent.js";

const { BASE_URL, PAGE_ID, PAGE_TOKEN, APP_SECRET, VERIFY_TOKEN, PORT = "3000" } = process.env;
const agent = new Agent({
  baseUrl: BASE_URL,
  pageId: PAGE_ID,
  pageToken: PAGE_TOKEN,
  appSecret: APP_SECRET,
  verifyToken: VERIFY_TOKEN,
});
const webhook = agent.webhook().listen(Number(PORT));
await once(webhook, "listening");
console.log(await agent.call(process.argv[2]));
webhook.close();
webhook.closeAllConnections();
