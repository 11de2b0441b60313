/**
 * The changes of what a party sends in a call, one after the other.
 *
 * @typedef {import('./leg.js').Leg} Leg
 * @typedef {import('./leg.js').Label} Label
 */
export class Changes {
  #leg;
  #tell;
  #last = Promise.resolve();

  /**
   * @param {Leg} leg
   * @param {(changed: Label, withOffer: boolean) => Promise<void>} tell tells the server; fails if it refuses
   */
  constructor(leg, tell) {
    this.#leg = leg;
    this.#tell = tell;
  }

  /** When all that was begun so far is done. */
  get done() {
    return this.#last;
  }

  /**
   * Does `step` after all that was begun before.
   *
   * @param {() => Promise<void>} step
   * @returns {Promise<void>}
   */
  next(step) {
    const done = this.#last.then(step);
    this.#last = done.catch(() => {});
    return done;
  }

  /**
   * Sends a camera or a screen from now on, or none. Only what the server does not know yet needs an offer; what it
   * refuses is not sent.
   *
   * @param {Label} label
   * @param {MediaStreamTrack | null} track
   */
  show(label, track) {
    return this.next(async () => {
      const news = await this.#leg.send(label, track);
      if (news === 'nothing') return;
      await this.#tell(label, news === 'offer').catch(async (error) => {
        await this.#leg.send(label, null);
        throw error;
      });
    });
  }

  /** @param {boolean} muted at once, whatever the server says */
  mute(muted) {
    this.#leg.mute(muted);
    return this.next(() => this.#tell('default_audio', false));
  }
}
