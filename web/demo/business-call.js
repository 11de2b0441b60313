/**
 * A business's side of a call, the way of Meta's JavaScript sample: the business offers, the answer stands in the HTTP
 * response, the server's own offers come by `media_update` webhook and are answered locally only.
 *
 * @typedef {import('./graph.js').Graph} Graph
 * @typedef {import('./graph.js').Sdp} Sdp
 * @typedef {{version: number, sdp_renegotiation: Sdp}} Renegotiation
 */
export class BusinessCall {
  /** The call's id, once the server gave it one. */
  id = '';
  connection = new RTCPeerConnection();

  #graph;
  #version = 0;
  #renegotiating = Promise.resolve();

  /**
   * @param {Graph} graph
   * @param {MediaStream} microphone
   * @param {(track: MediaStreamTrack) => void} onTrack
   */
  constructor(graph, microphone, onTrack) {
    this.#graph = graph;
    this.connection.addEventListener('track', ({ track }) => onTrack(track));
    for (const track of microphone.getAudioTracks()) this.connection.addTrack(track, microphone);
  }

  /** @param {string} psid */
  async connect(psid) {
    await this.connection.setLocalDescription(await this.connection.createOffer());
    const { sdp } = /** @type {RTCSessionDescription} */ (this.connection.localDescription);
    const { id, session } = await this.#graph.connect(psid, sdp);
    this.id = id;
    await this.connection.setRemoteDescription({ type: 'answer', sdp: session.sdp_response.sdp });
  }

  /**
   * Applies a server's offer; of several, only ever a newer one.
   *
   * @param {Renegotiation} session
   */
  renegotiate(session) {
    if (session.version <= this.#version) return this.#renegotiating;
    this.#version = session.version;
    this.#renegotiating = this.#renegotiating.then(() => this.#answer(session.sdp_renegotiation.sdp));
    return this.#renegotiating;
  }

  /** @param {string} sdp */
  async #answer(sdp) {
    await this.connection.setRemoteDescription({ type: 'offer', sdp });
    await this.connection.setLocalDescription(await this.connection.createAnswer());
  }

  hangUp() {
    return this.#graph.terminate(this.id);
  }

  close() {
    this.connection.close();
  }
}
