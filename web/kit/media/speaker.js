import { audioContext } from './audio-context.js';

/** Plays the tracks of the other side, on the speaker that was chosen, and gives their sum to whoever wants to measure it. */
export class Speaker {
  /** @type {Map<MediaStreamTrack, {element: HTMLAudioElement, source: MediaStreamAudioSourceNode}>} */
  #playing = new Map();
  /** The id of the speaker; `''`: the system's choice. */
  #device = '';
  #isDeaf = false;

  /** Everything that is heard, added up. */
  mix = new GainNode(audioContext());

  get device() {
    return this.#device;
  }

  /**
   * A track comes again when it was off in between.
   *
   * @param {MediaStreamTrack} track
   * @param {() => void} onBlocked called when the browser wants a touch before it plays
   */
  play(track, onBlocked) {
    if (this.#playing.has(track)) return;
    const stream = new MediaStream([track]);
    const element = new Audio();
    element.srcObject = stream;
    element.muted = this.#isDeaf;
    if (this.#device) void element.setSinkId(this.#device).catch(() => (this.#device = ''));
    element.play().catch(onBlocked);
    const source = new MediaStreamAudioSourceNode(audioContext(), { mediaStream: stream });
    source.connect(this.mix);
    this.#playing.set(track, { element, source });
    track.addEventListener('ended', () => this.#stop(track));
  }

  /**
   * Plays on this speaker from now on. One that is gone fails and changes nothing.
   *
   * @param {string} device
   */
  async choose(device) {
    await Promise.all([...this.#playing.values()].map(({ element }) => element.setSinkId(device)));
    this.#device = device;
  }

  /** Whether nobody is to hear what is played. @param {boolean} isDeaf */
  set isDeaf(isDeaf) {
    this.#isDeaf = isDeaf;
    for (const { element } of this.#playing.values()) element.muted = isDeaf;
  }

  /** After a touch: plays what was blocked. */
  unblock() {
    for (const { element } of this.#playing.values()) void element.play();
  }

  silence() {
    for (const track of [...this.#playing.keys()]) this.#stop(track);
  }

  /** @param {MediaStreamTrack} track */
  #stop(track) {
    const playing = this.#playing.get(track);
    playing?.source.disconnect();
    if (playing) playing.element.srcObject = null;
    this.#playing.delete(track);
  }
}

/** The speakers to choose from; none where the browser lets no page choose. @returns {Promise<MediaDeviceInfo[]>} */
export async function speakers() {
  if (!('setSinkId' in HTMLMediaElement.prototype)) return [];
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== '');
}
