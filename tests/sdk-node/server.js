// `offhook dev` in a fresh folder, and Meta's Node SDK, unmodified, with its base URL redirected to it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import sdk from "facebook-nodejs-business-sdk";
import WebSocket from "ws";

const { FacebookAdsApi, Application, Page } = sdk;

export const OFFER = await readFile(new URL("../../fixtures/sdp/chromium-audio.sdp", import.meta.url), "utf8");

/** A call's id that no call has. */
export const UNKNOWN = `c_${"A".repeat(43)}`;

export class Server {
  static async start() {
    const folder = await mkdtemp(join(tmpdir(), "offhook-sdk-node-"));
    const args = ["dev", "--json", "--listen", "127.0.0.1:0", "--data", folder];
    const child = spawn(process.env.OFFHOOK_BIN, args, { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const [line] = await Promise.race([
      new Promise((resolve) => lines.once("line", (text) => resolve([text]))),
      new Promise((_, reject) => child.once("exit", (code) => reject(new Error(`offhook ended with ${code}`)))),
    ]);
    const facts = JSON.parse(line);
    Object.defineProperty(FacebookAdsApi, "GRAPH", { get: () => facts.base_url });
    return new Server(child, folder, facts);
  }

  constructor(child, folder, facts) {
    this.child = child;
    this.folder = folder;
    this.facts = facts;
  }

  get page() {
    const { page_id, page_token } = this.facts;
    return new Page(page_id, {}, undefined, new FacebookAdsApi(page_token, "en_US", false));
  }

  get application() {
    const { app_id, app_secret } = this.facts;
    return new Application(app_id, {}, undefined, new FacebookAdsApi(`${app_id}|${app_secret}`, "en_US", false));
  }

  psid(behaviour) {
    return this.consumer(behaviour).psid;
  }

  consumer(behaviour) {
    return this.facts.consumers.find((consumer) => consumer.behaviour === behaviour);
  }

  /** A device of that consumer, connected. */
  async device(behaviour) {
    const socket = new WebSocket(`${this.facts.base_url.replace("http", "ws")}/consumer/v1`);
    const device = new Device(socket);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    device.say({ type: "hello", token: this.consumer(behaviour).token, device: "sdk-test" });
    await device.hear("welcome");
    return device;
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await ended;
    await rm(this.folder, { recursive: true });
  }
}

/** A consumer's device on the consumer's channel. */
class Device {
  #heard = [];
  #waiting = [];

  constructor(socket) {
    this.socket = socket;
    socket.on("message", (data) => {
      this.#heard.push(JSON.parse(data));
      this.#waiting.splice(0).forEach((wake) => wake());
    });
  }

  say(message) {
    this.socket.send(JSON.stringify(message));
  }

  /** The next message of this kind; others are passed over. */
  async hear(type) {
    for (;;) {
      while (this.#heard.length > 0) {
        const message = this.#heard.shift();
        assert.notEqual(message.type, "error", JSON.stringify(message));
        if (message.type === type) return message;
      }
      await new Promise((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Calls the business; the call's id. */
  async call() {
    this.say({ type: "call", sdp: OFFER });
    return (await this.hear("calling")).call;
  }

  close() {
    this.socket.close();
  }
}

/** What `promise` asks for is refused with these numbers; the SDK's error. */
export async function refused(promise, code, subcode) {
  const error = await promise.then(
    (answer) => assert.fail(`not refused: ${JSON.stringify(answer)}`),
    (thrown) => thrown,
  );
  assert.equal(error.name, "FacebookRequestError", String(error));
  assert.deepEqual([error.response.code, error.response.error_subcode], [code, subcode], error.message);
  return error;
}
