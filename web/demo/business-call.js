import { Changes } from '../kit/media/changes.js';
import { VersionConflict } from './graph.js';
import { Leg } from '../kit/media/leg.js';

/**
 * A business's side of a call, the way of Meta's JavaScript sample: the business offers, the answer stands in the HTTP
 * response, the server's own offers come there too or by `media_update` webhook and are answered locally only.
 *
 * @typedef {import('./graph.js').Graph} Graph
 * @typedef {import('./graph.js').Sdp} Sdp
 * @typedef {import('./graph.js').Session} Session
 * @typedef {import('../kit/media/leg.js').Label} Label
 * @typedef {{version: number, sdp_renegotiation: Sdp}} Renegotiation
 */
export class BusinessCall {
  leg;
  changes;

  #graph;
  #onPictures;
  /** How often the call's media changed, as both sides count it. */
  #version = 0;
  /** The server's newest offer that is not applied yet. @type {Renegotiation | null} */
  #offered = null;
  /** Waits for an offer of this version. @type {{version: number, came: () => void} | null} */
  #awaited = null;

  /**
   * @param {string} id the call's, or `''` until the server gave it one
   * @param {Graph} graph
   * @param {MediaStream} microphone
   * @param {(track: MediaStreamTrack) => void} onAudio
   * @param {(pictures: import('../kit/media/leg.js').Picture[]) => void} onPictures
   */
  constructor(id, graph, microphone, onAudio, onPictures) {
    this.id = id;
    this.#graph = graph;
    this.#onPictures = onPictures;
    this.leg = new Leg(microphone, onAudio);
    this.changes = new Changes(this.leg, (changed, withOffer) => this.#update(changed, withOffer));
  }

  /** @param {string} psid */
  async connect(psid) {
    const { id, session } = await this.#graph.connect(psid, await this.leg.offer());
    this.id = id;
    await this.leg.answered(session.sdp_response.sdp);
  }

  /** Picks a consumer's call up. An offer in the answer to it does not count as a version. */
  accept() {
    return this.changes.next(async () => {
      const { session } = await this.#graph.accept(this.id, await this.leg.offer());
      await this.#apply(session);
    });
  }

  /**
   * Applies a server's offer; of several, only ever the newest.
   *
   * @param {Renegotiation} session
   */
  renegotiate(session) {
    if (session.version <= this.#version || session.version <= (this.#offered?.version ?? 0)) return this.changes.done;
    this.#offered = session;
    if (this.#awaited && session.version >= this.#awaited.version) this.#awaited.came();
    return this.changes.next(() => this.#applyOffered());
  }

  hangUp() {
    return this.#graph.terminate(this.id);
  }

  close() {
    this.#awaited?.came();
    this.leg.close();
  }

  /**
   * Tells the server what this side sends. If the consumer's side changed at the same time, its change comes first: the
   * own offer is taken back, the server's applied, and everything asked again.
   *
   * @param {Label} changed
   * @param {boolean} withOffer
   */
  async #update(changed, withOffer) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#ask(changed, withOffer);
      } catch (error) {
        await this.leg.rollBack();
        if (!(error instanceof VersionConflict) || tries === TRIES_MAX) throw error;
        await this.#reach(error.version);
      }
    }
  }

  /**
   * @param {Label} changed
   * @param {boolean} withOffer
   */
  async #ask(changed, withOffer) {
    const offer = withOffer ? await this.leg.offer() : undefined;
    const next = this.#version + 1;
    const tracks = this.leg.tracks(changed);
    const { session } = await this.#graph.mediaUpdate(this.id, this.#version, next, tracks, offer);
    this.#version = next;
    if (!session) return;
    if (session.sdp_renegotiation) this.#version += 1;
    await this.#apply(session);
  }

  /** @param {Session} session */
  async #apply({ sdp_response, sdp_renegotiation }) {
    await this.leg.answered(sdp_response.sdp);
    if (sdp_renegotiation) await this.#answer(sdp_renegotiation.sdp);
  }

  async #applyOffered() {
    const offered = this.#offered;
    this.#offered = null;
    if (!offered || offered.version <= this.#version) return;
    this.#version = offered.version;
    await this.#answer(offered.sdp_renegotiation.sdp);
  }

  /**
   * Waits for the webhook that brings the call to this version, and applies it.
   *
   * @param {number} version
   */
  async #reach(version) {
    if (Math.max(this.#version, this.#offered?.version ?? 0) < version) {
      await new Promise((/** @type {(value?: unknown) => void} */ came) => {
        this.#awaited = { version, came };
        setTimeout(came, WEBHOOK_MS_MAX);
      });
      this.#awaited = null;
    }
    await this.#applyOffered();
  }

  /** @param {string} sdp */
  async #answer(sdp) {
    await this.leg.renegotiate(sdp);
    this.#onPictures(this.leg.pictures());
  }
}

/** How often a change is asked for while the other side changes too. */
const TRIES_MAX = 5;
/** How long a webhook that the server counted already may take: longer than its second try. */
const WEBHOOK_MS_MAX = 5000;
