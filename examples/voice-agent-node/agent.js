// A voice agent that asks people to confirm an appointment: it calls, greets, and waits for a key (1 yes, 2 no).
//
// It speaks Meta's calling API and nothing else. Where it calls is a base URL; webhooks tell it how the call goes.

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { Line } from "./line.js";

export const Result = Object.freeze({
  CONFIRMED: "confirmed",
  CANCELLED: "cancelled",
  UNDECIDED: "undecided",
  HUNG_UP: "hung up",
  NOT_REACHED: "not reached",
});

/** Hz and seconds: the agent's words. */
const GREETING = [440, 1];
const SORRY = [220, 0.5];
const ANSWERS = { 1: [Result.CONFIRMED, [880, 1]], 2: [Result.CANCELLED, [660, 1]] };

/** How often the agent asks. */
const ATTEMPTS = 2;

/** Calls for one Page, with the credentials of one app. */
export class Agent {
  #progress = new Map();

  constructor({ baseUrl, pageId, pageToken, appSecret, verifyToken, patienceMs = 8000 }) {
    this.callsUrl = `${baseUrl}/${pageId}/calls`;
    this.pageToken = pageToken;
    this.appSecret = appSecret;
    this.verifyToken = verifyToken;
    this.patienceMs = patienceMs;
  }

  /** Resolves once the call is over. */
  async call(psid) {
    const line = new Line();
    try {
      const session = { sdp_type: "offer", sdp: await line.offer() };
      const answer = await this.#act({ action: "connect", to: psid, session });
      try {
        const progress = this.#progressOf(answer.id);
        const conversation = this.#converse(line, answer.session.sdp_response.sdp, progress);
        return await Promise.race([conversation, progress.ended]);
      } finally {
        await this.#hangUp(answer.id);
      }
    } finally {
      await line.close();
    }
  }

  async #converse(line, sdp, progress) {
    await line.connect(sdp);
    await progress.accepted;
    await line.renegotiate(await progress.offer);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await line.say(GREETING);
      const key = await line.key(this.patienceMs);
      if (key in ANSWERS) {
        const [result, words] = ANSWERS[key];
        await line.say(words);
        return result;
      }
    }
    await line.say(SORRY);
    return Result.UNDECIDED;
  }

  async #hangUp(id) {
    try {
      await this.#act({ action: "terminate", call_id: id });
    } catch (error) {
      // The consumer may have hung up before.
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** POST /{page-id}/calls */
  async #act(action) {
    const response = await fetch(this.callsUrl, {
      method: "POST",
      headers: { authorization: `Bearer ${this.pageToken}`, "content-type": "application/json" },
      body: JSON.stringify({ platform: "messenger", ...action }),
    });
    const answer = await response.json();
    if (answer.error) throw new Refused(answer.error.message);
    return answer;
  }

  #progressOf(id) {
    if (!this.#progress.has(id)) this.#progress.set(id, new Progress());
    return this.#progress.get(id);
  }

  /** A server that is the app's callback. */
  webhook() {
    return createServer(async (request, response) => {
      const [status, text] = request.method === "GET" ? this.#prove(request) : await this.#take(request);
      response.writeHead(status).end(text);
    });
  }

  /** The handshake when the callback is set. */
  #prove(request) {
    const query = new URL(request.url, "http://agent").searchParams;
    return query.get("hub.verify_token") === this.verifyToken ? [200, query.get("hub.challenge")] : [403, ""];
  }

  async #take(request) {
    const body = await buffer(request);
    const expected = Buffer.from(`sha256=${createHmac("sha256", this.appSecret).update(body).digest("hex")}`);
    const signature = Buffer.from(request.headers["x-hub-signature-256"] ?? "");
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return [403, ""];
    for (const entry of JSON.parse(body).entry) {
      for (const event of entry.calls ?? []) this.#progressOf(event.id).note(event);
    }
    return [200, ""];
  }
}

/** What webhooks have told of a call. One may come twice, late or early: each only settles what it knows. */
class Progress {
  accepted = new Promise((resolve) => {
    this.accept = resolve;
  });
  /**
   * The first that the platform makes itself. It makes more when the consumer turns on video, of which a voice agent has
   * no need.
   */
  offer = new Promise((resolve) => {
    this.renegotiate = resolve;
  });
  /** What came of a call that the agent did not end itself. */
  ended = new Promise((resolve) => {
    this.end = resolve;
  });
  #wasAccepted = false;

  note(event) {
    if (event.call_status === "accepted") {
      this.#wasAccepted = true;
      this.accept();
    }
    const { sdp_renegotiation: offer } = event.session ?? {};
    if (offer) this.renegotiate(offer.sdp);
    if (event.event === "terminate") this.end(this.#wasAccepted ? Result.HUNG_UP : Result.NOT_REACHED);
  }
}

/** The calling API said no. */
class Refused extends Error {}
