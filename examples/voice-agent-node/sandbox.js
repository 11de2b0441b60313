// A sandbox for the tests: `offhook dev` in a fresh folder, and its own API, which only tests know.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "vitest";

export class Sandbox {
  static async start() {
    const data = await mkdtemp(join(tmpdir(), "voice-agent-"));
    const args = ["dev", "--json", "--listen", "127.0.0.1:0", "--data", data];
    const server = spawn(process.env.OFFHOOK_BIN ?? "offhook", args, { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: server.stdout });
    const failed = once(server, "exit").then(([code]) => {
      throw new Error(`offhook ended with ${code}`);
    });
    const [ready] = await Promise.race([once(lines, "line"), failed]);
    failed.catch(() => {});
    return new Sandbox(server, data, JSON.parse(ready));
  }

  /** `facts`: what `offhook dev --json` prints when it is ready. */
  constructor(server, data, facts) {
    this.server = server;
    this.data = data;
    this.facts = facts;
  }

  async stop() {
    this.server.kill();
    await once(this.server, "exit");
    await rm(this.data, { recursive: true });
  }

  /** Points the app's webhooks somewhere, as its developer would at Meta's. */
  async subscribe(callbackUrl, verifyToken) {
    const { app_id, app_secret } = this.facts;
    const body = { object: "page", callback_url: callbackUrl, verify_token: verifyToken, fields: ["calls"] };
    await this.#ask("POST", `/${app_id}/subscriptions`, body, `${app_id}|${app_secret}`);
  }

  /** Plays a scenario with one consumer (docs/scenarios.md), who can be called when this resolves. */
  async run(scenario) {
    const { id, consumers } = await this.#ask("POST", "/offhook/v1/runs", { scenario });
    return { id, psid: consumers[0].psid };
  }

  /** What the consumer's device has heard and seen, once all is over; fails unless every step passed. */
  async passed({ id }) {
    const run = await this.#ask("GET", `/offhook/v1/runs/${id}?wait_ms=30000`);
    expect(run).toMatchObject({ state: "ended" });
    const [device] = run.outcome.consumers[0].devices;
    expect(device.steps.filter((step) => step.result !== "passed")).toEqual([]);
    return device;
  }

  /** Resolves when all that got due by it has happened. */
  async advanceClock(byMs) {
    await this.#ask("POST", "/offhook/v1/clock/advance", { by_ms: byMs });
  }

  /** Something goes wrong from now on (docs/sandbox.md). */
  async fault(rule) {
    await this.#ask("POST", "/offhook/v1/faults", rule);
  }

  async mend() {
    await this.#ask("DELETE", "/offhook/v1/faults");
  }

  async #ask(method, path, body, token = this.facts.admin_token) {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(this.facts.base_url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text && JSON.parse(text);
  }
}
