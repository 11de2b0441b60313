import { openMedia, speaker } from '../kit/media/open-media.js';
import { Outgoing } from '../kit/media/outgoing.js';
import { ring } from '../kit/media/ringtone.js';
import { Refused } from '../kit/refusal.js';
import { holdTone } from './hold-tone.js';

/** @typedef {import('./channel.js').AgentMessage} AgentMessage */
/** @typedef {import('./channel.js').Board} Board */
/** @typedef {import('./channel.js').CallMessage} CallMessage */
/** @typedef {import('./channel.js').DeskCall} DeskCall */
/** @typedef {import('../kit/media/call-media.js').CallMedia} CallMedia */
/** @typedef {import('../kit/media/leg.js').Picture} Picture */
/** @typedef {'idle' | 'opening' | 'joining' | 'calling' | 'connected' | 'held' | 'elsewhere'} State */

/** @type {Board} */
export const EMPTY = { free: false, ringing: [], call: null, colleagues: [] };

/** An agent's phone: what the server's board says, and the media of the one call that this device has. */
export class DeskPhone {
  board = EMPTY;
  /** What became of the last call, in the protocol's word. @type {{how: string, seconds: number} | null} */
  ending = null;
  /** What went wrong last. @type {unknown} */
  problem = null;
  /** Who did not take over the call that was offered to them. */
  untaken = '';
  /** What the consumer shows. @type {Picture[]} */
  pictures = [];
  /** @type {import('../kit/media/quality.js').Quality | null} */
  quality = null;
  /** Whether the browser waits for a touch before it plays. */
  isSoundBlocked = false;
  /** How loud this side is. @type {AudioNode | null} */
  voice = null;
  /** @type {CallMedia | null} */
  media = null;
  outgoing;

  #say;
  #onChange;
  #isOpening = false;
  /** Opened media that the server has not answered yet. */
  #isAsking = false;
  /** @type {MediaStreamTrack | null} */
  #microphone = null;
  #stopMedia = () => {};
  /** Stops the ringing, if it rings. @type {(() => void) | null} */
  #stopRinging = null;
  /** Stops the tone that the consumer hears on hold. @type {(() => void) | null} */
  #unhold = null;

  /**
   * @param {(message: AgentMessage) => void} say
   * @param {() => void} onChange called whenever something that it shows changed
   */
  constructor(say, onChange) {
    this.#say = say;
    this.#onChange = onChange;
    this.outgoing = new Outgoing(onChange);
  }

  /** The call that the agent has, at this device or another. */
  get call() {
    return this.board.call;
  }

  /** @returns {State} */
  get state() {
    if (this.#isOpening) return 'opening';
    if (this.#isAsking) return 'joining';
    const { call } = this.board;
    if (!call) return 'idle';
    if (!call.mine) return 'elsewhere';
    if (call.state !== 'connected') return 'calling';
    return call.held_since === null ? 'connected' : 'held';
  }

  get hasVideo() {
    return this.pictures.length > 0 || this.outgoing.camera !== null;
  }

  /** @param {Board} board */
  show(board) {
    const had = this.board.call?.id;
    this.untaken = this.#untakenBy(board);
    this.board = board;
    this.#ring(board.ringing.length > 0 && this.state === 'idle');
    // A board that was made before this call began says nothing of it.
    if (this.media && this.media.id === had && had !== board.call?.id) this.#over(had, 'interrupted', 0);
    if (board.call?.mine && !this.media && !this.#isOpening) void this.resume(board.call);
    this.#hold(this.state === 'held');
    this.#onChange();
  }

  /**
   * Whose refusal a board shows: the call waits again for the agent who offered it to them.
   *
   * @param {Board} next
   */
  #untakenBy({ call }) {
    const before = this.board.call;
    if (!before || call?.id !== before.id || call.to || call.held_since === null) return '';
    return this.board.colleagues.find(({ id }) => id === before.to)?.name ?? this.untaken;
  }

  /** @param {DeskCall} call one that rings */
  accept({ id }) {
    return this.#begin(id, (sdp) => ({ type: 'accept', call: id, sdp }));
  }

  /** @param {DeskCall} call the agent's own, after a reload or at another device */
  resume({ id }) {
    return this.#begin(id, (sdp) => ({ type: 'resume', call: id, sdp }));
  }

  /**
   * @param {string} page
   * @param {string} psid
   */
  dial(page, psid) {
    return this.#begin('', (sdp) => ({ type: 'dial', page, psid, sdp }));
  }

  hangUp() {
    const { call } = this.board;
    if (call) this.#say({ type: 'hang_up', call: call.id });
    else this.#clean();
  }

  /**
   * Microphone, camera, screen: on or off.
   *
   * @param {'toggleMute' | 'toggleCamera' | 'toggleScreen'} what
   */
  async change(what) {
    this.problem = null;
    try {
      await this.outgoing[what]();
    } catch (error) {
      if (this.media) this.complain(error);
    }
  }

  unblockSound() {
    this.isSoundBlocked = false;
    speaker.unblock();
    this.#onChange();
  }

  /** @param {CallMessage} message */
  receive(message) {
    switch (message.type) {
      case 'accepted':
        return this.#answered(message.call, message.sdp);
      case 'dialed':
        return this.#dialed(message.call, message.sdp);
      case 'updated':
        return this.media?.updated(message.sdp);
      case 'offer':
        if (message.call === this.media?.id) this.#orBreak(this.media.renegotiate(message.version, message.sdp));
        return;
      case 'answered_elsewhere':
      case 'handed_over':
        return this.#over(message.call, message.type, 0);
      case 'ended':
        return this.#over(message.call, message.reason, message.seconds);
      case 'error':
        return this.#refused(new Refused(message.error, message.detail));
    }
  }

  /**
   * The channel broke: what was asked last is not answered any more.
   *
   * @param {Error} why
   */
  lost(why) {
    this.media?.refused(why);
    if (this.#isAsking) this.#clean();
    this.#ring(false);
    this.board = { ...this.board, ringing: [] };
  }

  /** Nobody is at the desk any more. */
  stop() {
    this.#clean();
    this.#ring(false);
    this.board = EMPTY;
  }

  /** @param {unknown} problem */
  complain(problem) {
    this.problem = problem;
    this.#onChange();
  }

  dismiss() {
    this.problem = this.ending = null;
    this.#onChange();
  }

  /**
   * Opens the microphone and says the first offer. Without a microphone a call rings on.
   *
   * @param {string} id
   * @param {(offer: string) => AgentMessage} message
   */
  async #begin(id, message) {
    if (this.#isOpening || this.media) return;
    this.problem = this.ending = null;
    this.#isOpening = true;
    this.#ring(false);
    this.#onChange();
    try {
      const opened = await openMedia(false, this.#say, {
        pictures: (pictures) => this.#set({ pictures }),
        blocked: () => this.#set({ isSoundBlocked: true }),
        quality: (quality) => this.#set({ quality }),
      });
      this.media = opened.call;
      this.media.id = id;
      this.#stopMedia = opened.stop;
      this.#microphone = opened.microphone;
      this.voice = opened.voice;
      const { changes } = opened.call;
      this.outgoing.begin({ mute: (muted) => changes.mute(muted), show: (label, track) => changes.show(label, track) }, null);
      this.#isAsking = true;
      this.#say(message(await opened.call.offer(null)));
    } catch (error) {
      this.#clean();
      this.complain(error);
    } finally {
      this.#isOpening = false;
      this.#onChange();
    }
  }

  /**
   * @param {string} id
   * @param {string} sdp
   */
  #answered(id, sdp) {
    if (!this.media || this.media.id !== id) return;
    const { media } = this;
    this.#isAsking = false;
    this.#orBreak(media.answered(sdp));
    setTimeout(() => this.media === media && this.board.call?.id !== id && this.#clean(), SHOWN_WITHIN_MS);
    this.#hold(this.state === 'held');
    this.#onChange();
  }

  /**
   * @param {string} id
   * @param {string} sdp
   */
  #dialed(id, sdp) {
    if (!this.media || this.media.id !== '') return this.#say({ type: 'hang_up', call: id }); // Cancelled meanwhile.
    this.media.id = id;
    this.#answered(id, sdp);
  }

  /** @param {Error} why */
  #refused(why) {
    if (this.#isAsking) this.#clean();
    else if (this.media?.refused(why)) return;
    this.complain(why);
  }

  /**
   * A call that rang here or ran here does not any more; of one that only rang there is nothing to say but that.
   *
   * @param {string} id
   * @param {string} how
   * @param {number} seconds
   */
  #over(id, how, seconds) {
    if (this.media?.id === id) this.#clean();
    this.#set({ ending: { how, seconds } });
  }

  /**
   * If this device cannot go on with the call, it ends.
   *
   * @param {Promise<void>} going
   */
  #orBreak(going) {
    const { media } = this;
    going.catch((error) => {
      if (this.media !== media || !media) return;
      this.#say({ type: 'hang_up', call: media.id });
      this.#clean();
      this.complain(error);
    });
  }

  /**
   * On hold the consumer hears a soft tone and sees nothing, and the agent hears nothing.
   *
   * @param {boolean} isHeld
   */
  #hold(isHeld) {
    const { media } = this;
    const microphone = this.#microphone;
    if (!media || !microphone || isHeld === (this.#unhold !== null)) return;
    speaker.isDeaf = isHeld;
    this.#unhold?.();
    this.#unhold = null;
    if (isHeld) {
      const { track, stop } = holdTone();
      this.#unhold = stop;
      void media.leg.say(track);
      if (this.outgoing.camera) void this.change('toggleCamera');
      if (this.outgoing.screen) void this.change('toggleScreen');
    } else void media.leg.say(microphone);
  }

  /** @param {boolean} rings */
  #ring(rings) {
    if (rings === (this.#stopRinging !== null)) return;
    this.#stopRinging?.();
    this.#stopRinging = rings ? ring() : null;
  }

  #clean() {
    this.outgoing.end();
    this.#unhold?.();
    this.#unhold = null;
    speaker.isDeaf = false;
    this.#stopMedia();
    this.#stopMedia = () => {};
    this.#microphone = null;
    this.#isAsking = false;
    this.#set({ media: null, voice: null, pictures: [], quality: null, isSoundBlocked: false });
  }

  /** @param {Partial<Pick<DeskPhone, 'media' | 'voice' | 'pictures' | 'quality' | 'isSoundBlocked' | 'ending'>>} changes */
  #set(changes) {
    Object.assign(this, changes);
    this.#onChange();
  }
}

/** A call that was over before any board showed it is noticed this much later. */
const SHOWN_WITHIN_MS = 5000;
