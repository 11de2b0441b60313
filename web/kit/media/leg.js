/**
 * One party's media connection to the server, the same for both pages: what it sends stands in sections that it offers
 * itself, what it gets in sections that the server offers. Answers to the server's offers stay here.
 *
 * @typedef {'default_audio' | 'default_video' | 'screen_video'} Label
 * @typedef {{msid?: string, label: Label, status: 'enabled' | 'disabled'}} Track
 * @typedef {{track: MediaStreamTrack, isScreen: boolean}} Picture
 * @typedef {'nothing' | 'tracks' | 'offer'} News what the server must be told of a change
 */
export class Leg {
  connection = new RTCPeerConnection();

  /** @type {Map<Label, RTCRtpTransceiver>} */
  #sending = new Map();
  /** @type {Set<Label>} */
  #on = new Set();
  /** Tracks of the other party that show a screen. @type {WeakSet<MediaStreamTrack>} */
  #screens = new WeakSet();

  /**
   * @param {MediaStream} microphone
   * @param {(track: MediaStreamTrack) => void} onAudio called for every audio track of the other party
   */
  constructor(microphone, onAudio) {
    const audio = this.connection.addTransceiver(microphone.getAudioTracks()[0], { streams: [microphone] });
    this.#sending.set('default_audio', audio);
    this.#on.add('default_audio');
    this.connection.addEventListener('track', ({ track, streams }) => {
      if (track.kind === 'audio') onAudio(track);
      if (streams.some(({ id }) => id.endsWith(SCREEN))) this.#screens.add(track);
    });
  }

  /** Tells the server with the first offer which video this leg can send and show, before there is any. */
  declareVideo() {
    this.#sending.set('default_video', this.connection.addTransceiver('video', { direction: 'inactive' }));
  }

  /** @param {Label} label */
  sends(label) {
    return this.#on.has(label);
  }

  /**
   * Sends `track` under this label, or nothing any more. Another track for the same label (the other camera) changes
   * nothing for the server.
   *
   * @param {Label} label
   * @param {MediaStreamTrack | null} track
   * @returns {Promise<News>}
   */
  async send(label, track) {
    const was = this.#on.has(label);
    if (track) this.#on.add(label);
    else this.#on.delete(label);
    const transceiver = this.#sending.get(label) ?? this.connection.addTransceiver('video', { direction: 'inactive' });
    this.#sending.set(label, transceiver);
    await transceiver.sender.replaceTrack(track);
    if (track) transceiver.direction = 'sendonly';
    if (track && transceiver.currentDirection !== 'sendonly') return 'offer';
    return was === (track !== null) ? 'nothing' : 'tracks';
  }

  /** @param {boolean} muted */
  mute(muted) {
    const { track } = this.#sender('default_audio');
    if (track) track.enabled = !muted;
    if (muted) this.#on.delete('default_audio');
    else this.#on.add('default_audio');
  }

  /**
   * Sends this sound from now on, in place of the microphone's or another one.
   *
   * @param {MediaStreamTrack} sound
   */
  say(sound) {
    return this.#sender('default_audio').replaceTrack(sound);
  }

  /** @returns {RTCDTMFSender | null} */
  get keypad() {
    return this.#sender('default_audio').dtmf;
  }

  /**
   * What this leg sends, as the server calls it, and the track that has changed. Their ids are those of the newest local
   * description.
   *
   * @param {Label} changed
   * @returns {Track[]}
   */
  tracks(changed) {
    const sdp = this.connection.localDescription?.sdp ?? '';
    const told = [...this.#sending].filter(([label]) => label === changed || this.#on.has(label));
    return told.map(([label, { mid }]) => ({
      ...(mid !== null && msidOf(sdp, mid)),
      label,
      status: this.#on.has(label) ? 'enabled' : 'disabled',
    }));
  }

  async offer() {
    await this.connection.setLocalDescription(await this.connection.createOffer());
    return /** @type {RTCSessionDescription} */ (this.connection.localDescription).sdp;
  }

  /** The next offer looks for another way to the server if this one broke (RFC 8445, section 2.4: ICE restart). */
  leaveBrokenWay() {
    if (this.connection.connectionState !== 'connected') this.connection.restartIce();
  }

  /** @param {string} sdp */
  answered(sdp) {
    return this.connection.setRemoteDescription({ type: 'answer', sdp });
  }

  /** @param {string} sdp */
  async renegotiate(sdp) {
    await this.connection.setRemoteDescription({ type: 'offer', sdp });
    await this.connection.setLocalDescription(await this.connection.createAnswer());
  }

  /** Takes an offer back that the server did not take. */
  async rollBack() {
    if (this.connection.signalingState === 'have-local-offer') await this.connection.setLocalDescription({ type: 'rollback' });
  }

  /** What the other party shows right now. @returns {Picture[]} */
  pictures() {
    const shown = this.connection.getTransceivers().filter(({ receiver, currentDirection }) => {
      return receiver.track.kind === 'video' && (currentDirection === 'recvonly' || currentDirection === 'sendrecv');
    });
    return shown.map(({ receiver: { track } }) => ({ track, isScreen: this.#screens.has(track) }));
  }

  close() {
    for (const { sender } of this.#sending.values()) sender.track?.stop();
    this.connection.close();
  }

  /** @param {Label} label */
  #sender(label) {
    return /** @type {RTCRtpTransceiver} */ (this.#sending.get(label)).sender;
  }
}

/** How the server names the stream of the other party's screen. */
const SCREEN = ':SCREEN';

/**
 * The id that a section of the description gives its track. It is not `MediaStreamTrack.id`, which changes with the camera.
 *
 * @param {string} sdp
 * @param {string} mid
 */
function msidOf(sdp, mid) {
  const section = sdp.split(/^m=/m).find((section) => section.includes(`a=mid:${mid}\r\n`));
  const msid = section?.match(/^a=msid:\S+ (\S+)/m)?.[1];
  return msid ? { msid } : {};
}
