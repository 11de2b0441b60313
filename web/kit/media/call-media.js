import { Changes } from './changes.js';
import { Leg } from './leg.js';
import { Lost } from '../refusal.js';

/**
 * @typedef {import('./leg.js').Label} Label
 * @typedef {{type: 'update', call: string, sdp?: string, tracks: import('./leg.js').Track[]}} Update
 */

/** The media of a call whose messages go over a channel: a consumer's side of it, or an agent's. */
export class CallMedia {
  /** The call's id; the server gives it to a call that begins here. */
  id = '';
  /** Whether the server has answered the first offer. */
  isAnswered = false;
  leg;
  changes;

  #say;
  #onPictures;
  #version = 0;
  /** The server's newest offer that is not applied yet. @type {string | null} */
  #offered = null;
  /** Waits for the server's word on an update of this device. @type {{took: (sdp?: string) => void, refused: (error: Error) => void} | null} */
  #asked = null;

  /**
   * @param {MediaStream} microphone
   * @param {object} listener
   * @param {(message: Update) => boolean | void} listener.say `false`: it did not go out
   * @param {(track: MediaStreamTrack) => void} listener.onAudio
   * @param {(pictures: import('./leg.js').Picture[]) => void} listener.onPictures
   */
  constructor(microphone, { say, onAudio, onPictures }) {
    this.leg = new Leg(microphone, onAudio);
    this.changes = new Changes(this.leg, (changed, withOffer) => this.#update(changed, withOffer));
    this.leg.declareVideo();
    this.#say = say;
    this.#onPictures = onPictures;
  }

  /**
   * The first offer, with the camera if there is one.
   *
   * @param {MediaStreamTrack | null} camera
   */
  async offer(camera) {
    if (camera) await this.leg.send('default_video', camera);
    return this.leg.offer();
  }

  /** @param {string} sdp */
  answered(sdp) {
    this.isAnswered = true;
    return this.changes.next(() => this.leg.answered(sdp));
  }

  /**
   * Applies a server's offer and the answer to it, here only: nothing is sent back. One that crossed this device's first offer is
   * over: the server makes another after its answer.
   *
   * @param {number} version
   * @param {string} sdp
   */
  renegotiate(version, sdp) {
    if (!this.isAnswered || version <= this.#version) return this.changes.done;
    this.#version = version;
    this.#offered = sdp;
    return this.changes.next(() => this.#applyOffer());
  }

  /**
   * The server took this device's update. An offer of the server's that crossed the device's is over; it makes a new one after
   * its answer, which may be here before the answer is applied.
   *
   * @param {string} [sdp] the answer, if the update had an offer
   */
  updated(sdp) {
    if (sdp) this.#offered = null;
    this.#asked?.took(sdp);
  }

  /**
   * The server did not take it.
   *
   * @param {Error} why
   * @returns {boolean} whether there was one
   */
  refused(why) {
    this.#asked?.refused(why);
    return this.#asked !== null;
  }

  /**
   * Offers what there is anew, because the server may have offered meanwhile without being heard; and on another way to it, if the
   * one so far broke.
   */
  renew() {
    return this.changes.next(() => {
      this.leg.leaveBrokenWay();
      return this.#update('default_audio', true);
    });
  }

  /**
   * Sends a key of the keypad as RFC 4733 telephone-event, after those still to be sent.
   *
   * @param {string} key
   */
  press(key) {
    const { keypad } = this.leg;
    keypad?.insertDTMF(keypad.toneBuffer + key, TONE_MS, GAP_MS);
  }

  close() {
    this.#asked?.took();
    this.leg.close();
  }

  async #applyOffer() {
    const sdp = this.#offered;
    this.#offered = null;
    if (sdp === null) return;
    await this.leg.renegotiate(sdp);
    this.#onPictures(this.leg.pictures());
  }

  /**
   * @param {Label} changed
   * @param {boolean} withOffer
   */
  async #update(changed, withOffer) {
    try {
      const sdp = withOffer ? await this.leg.offer() : undefined;
      const answer = await this.#ask({ type: 'update', call: this.id, ...(sdp && { sdp }), tracks: this.leg.tracks(changed) });
      if (answer) await this.leg.answered(answer);
    } catch (error) {
      await this.leg.rollBack();
      throw error;
    } finally {
      this.#asked = null;
    }
  }

  /**
   * @param {Update} update
   * @returns {Promise<string | undefined>}
   */
  #ask(update) {
    return new Promise((took, refused) => {
      this.#asked = { took, refused };
      if (this.#say(update) === false) refused(new Lost());
    });
  }
}

/** What the Messenger app sends: every key 500 ms long and 100 ms apart. */
const [TONE_MS, GAP_MS] = [500, 100];
