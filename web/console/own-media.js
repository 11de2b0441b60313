import { audioContext } from '../kit/media/audio-context.js';
import { Leg } from '../kit/media/leg.js';

/**
 * The business's side of calls that are made from the console: this tab is it, and says nothing, so a call from here is a real one,
 * with media.
 */
export class OwnMedia {
  /** Offered, and not taken by a call yet. @type {Leg | null} */
  #offered = null;
  /** @type {Map<string, Leg>} */
  #legs = new Map();

  /** How many calls this tab is in. */
  get count() {
    return [...this.#legs.values()].filter(({ connection }) => UNDER_WAY.has(connection.connectionState)).length;
  }

  /** An offer like this tab's, of a connection that is closed at once: something to look at, and to send. */
  static async example() {
    const leg = new Leg(silence(), () => {});
    const offer = await leg.offer();
    leg.close();
    return offer;
  }

  /** An SDP offer of this tab's. */
  async offer() {
    this.#offered?.close();
    this.#offered = new Leg(silence(), () => {});
    return this.#offered.offer();
  }

  /**
   * Applies the answer to a request whose offer was this tab's.
   *
   * @param {string} call
   * @param {{sdp_response: {sdp: string}, sdp_renegotiation?: {sdp: string}}} session
   */
  async answered(call, { sdp_response, sdp_renegotiation }) {
    const leg = this.#offered;
    if (!leg) return;
    this.#offered = null;
    this.#legs.set(call, leg);
    await leg.answered(sdp_response.sdp);
    if (sdp_renegotiation) await leg.renegotiate(sdp_renegotiation.sdp);
  }

  /** @param {string} call */
  ended(call) {
    this.#legs.get(call)?.close();
    this.#legs.delete(call);
  }
}

/** A track of silence, which is sent like any other; a source of nothing would send nothing. */
function silence() {
  const context = audioContext();
  const source = new ConstantSourceNode(context, { offset: 0 });
  const destination = context.createMediaStreamDestination();
  source.connect(destination);
  source.start();
  return destination.stream;
}

/** Neither ended by the server nor cut off. */
const UNDER_WAY = new Set(['new', 'connecting', 'connected']);
