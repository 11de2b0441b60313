import { canShareScreen } from '../kit/media/camera.js';
import { Outgoing } from '../kit/media/outgoing.js';
import { button, showProblem } from './page.js';
import { showOwnPicture } from './pictures.js';

/**
 * The buttons of a running call for what this side sends: microphone, camera, screen.
 *
 * @typedef {import('../kit/media/outgoing.js').Media} Media
 */
export class CallControls {
  #outgoing = new Outgoing(() => this.#show());

  constructor() {
    button('mute').addEventListener('click', () => this.#run(() => this.#outgoing.toggleMute()));
    button('camera').addEventListener('click', () => this.#run(() => this.#outgoing.toggleCamera()));
    button('screen').addEventListener('click', () => this.#run(() => this.#outgoing.toggleScreen()));
    button('flip').addEventListener('click', () => this.#run(() => this.#outgoing.flip()));
    button('screen').hidden = !canShareScreen();
  }

  /**
   * @param {Media} media
   * @param {MediaStreamTrack | null} camera what the call already sends
   */
  begin(media, camera) {
    this.#outgoing.begin(media, camera);
  }

  end() {
    this.#outgoing.end();
  }

  #show() {
    const { isMuted, camera, screen, canFlip } = this.#outgoing;
    press('mute', isMuted);
    press('camera', camera !== null);
    press('screen', screen !== null);
    button('flip').hidden = !canFlip;
    showOwnPicture(camera);
  }

  /** @param {() => Promise<unknown> | void} action */
  async #run(action) {
    showProblem();
    try {
      await action();
    } catch (error) {
      if (this.#outgoing.isRunning) showProblem(error);
    }
  }
}

/**
 * @param {string} id
 * @param {boolean} pressed
 */
function press(id, pressed) {
  button(id).setAttribute('aria-pressed', String(pressed));
}
