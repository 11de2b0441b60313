/** A consumer's side of a call's media. */
export class ConsumerCall {
  connection = new RTCPeerConnection();

  #sender;
  #version = 0;
  #applying = Promise.resolve();

  /**
   * @param {string} id
   * @param {MediaStream} microphone
   * @param {(track: MediaStreamTrack) => void} onTrack
   */
  constructor(id, microphone, onTrack) {
    this.id = id;
    this.connection.addEventListener('track', ({ track }) => onTrack(track));
    this.#sender = this.connection.addTrack(microphone.getAudioTracks()[0], microphone);
  }

  /** The SDP offer to accept or resume the call with. */
  async offer() {
    await this.connection.setLocalDescription(await this.connection.createOffer());
    return /** @type {RTCSessionDescription} */ (this.connection.localDescription).sdp;
  }

  /** @param {string} sdp */
  answered(sdp) {
    return this.#then(() => this.connection.setRemoteDescription({ type: 'answer', sdp }));
  }

  /**
   * Applies a server's offer and the answer to it, here only: nothing is sent back.
   *
   * @param {number} version
   * @param {string} sdp
   */
  renegotiate(version, sdp) {
    if (version <= this.#version) return this.#applying;
    this.#version = version;
    return this.#then(async () => {
      await this.connection.setRemoteDescription({ type: 'offer', sdp });
      await this.connection.setLocalDescription(await this.connection.createAnswer());
    });
  }

  /** @param {boolean} muted */
  mute(muted) {
    const { track } = this.#sender;
    if (track) track.enabled = !muted;
  }

  /**
   * Sends a key of the keypad as RFC 4733 telephone-event, after those still to be sent.
   *
   * @param {string} key
   */
  press(key) {
    const { dtmf } = this.#sender;
    dtmf?.insertDTMF(dtmf.toneBuffer + key, TONE_MS, GAP_MS);
  }

  close() {
    this.connection.close();
  }

  /** @param {() => Promise<void>} step */
  #then(step) {
    this.#applying = this.#applying.then(step);
    return this.#applying;
  }
}

/** What the Messenger app sends: every key 500 ms long and 100 ms apart. */
const [TONE_MS, GAP_MS] = [500, 100];
