import { hasTwoCameras, openCamera, openScreen } from './camera.js';
import { button, showProblem } from './page.js';
import { showOwnPicture } from './pictures.js';

/**
 * The buttons of a running call for what this side sends: microphone, camera, screen.
 *
 * @typedef {import('./leg.js').Label} Label
 * @typedef {import('./camera.js').Facing} Facing
 * @typedef {{mute(muted: boolean): Promise<void>, show(label: Label, track: MediaStreamTrack | null): Promise<void>}} Media
 */
export class CallControls {
  /** @type {Media | null} */
  #media = null;
  /** @type {MediaStreamTrack | null} */
  #camera = null;
  /** @type {MediaStreamTrack | null} */
  #screen = null;
  /** @type {Facing} */
  #facing = 'user';

  constructor() {
    button('mute').addEventListener('click', () => this.#run(() => this.#mute(!isPressed('mute'))));
    button('camera').addEventListener('click', () => this.#run(() => (this.#camera ? this.#closeCamera() : this.#startCamera())));
    button('screen').addEventListener('click', () => this.#run(() => (this.#screen ? this.#closeScreen() : this.#startScreen())));
    button('flip').addEventListener('click', () => this.#run(() => this.#flip()));
    button('screen').hidden = !navigator.mediaDevices?.getDisplayMedia;
  }

  /**
   * @param {Media} media
   * @param {MediaStreamTrack | null} camera what the call already sends
   */
  begin(media, camera) {
    this.#media = media;
    this.#use(camera);
  }

  end() {
    this.#media = null;
    this.#screen?.stop();
    this.#screen = null;
    this.#facing = 'user';
    this.#use(null);
    for (const id of ['mute', 'screen']) press(id, false);
  }

  /** @param {boolean} muted */
  async #mute(muted) {
    press('mute', muted);
    await this.#media?.mute(muted);
  }

  async #startCamera() {
    const camera = await openCamera(this.#facing);
    if (!this.#media) return camera.stop();
    this.#use(camera);
    await this.#media.show('default_video', camera).catch((error) => {
      this.#use(null);
      throw error;
    });
  }

  async #closeCamera() {
    this.#use(null);
    await this.#media?.show('default_video', null);
  }

  /** The other party notices nothing but the picture: no message is sent. */
  async #flip() {
    const facing = this.#facing === 'user' ? 'environment' : 'user';
    const camera = await openCamera(facing);
    if (!this.#media || !this.#camera) return camera.stop();
    this.#facing = facing;
    this.#use(camera);
    await this.#media.show('default_video', camera);
  }

  async #startScreen() {
    const screen = await openScreen();
    if (!screen) return;
    if (!this.#media) return screen.stop();
    this.#screen = screen;
    press('screen', true);
    screen.addEventListener('ended', () => this.#run(() => this.#closeScreen()));
    await this.#media.show('screen_video', screen).catch((error) => {
      screen.stop();
      this.#screen = null;
      press('screen', false);
      throw error;
    });
  }

  async #closeScreen() {
    this.#screen?.stop();
    this.#screen = null;
    press('screen', false);
    await this.#media?.show('screen_video', null);
  }

  /** @param {MediaStreamTrack | null} camera */
  #use(camera) {
    this.#camera?.stop();
    this.#camera = camera;
    showOwnPicture(camera);
    press('camera', camera !== null);
    button('flip').hidden = true;
    if (camera) hasTwoCameras().then((two) => (button('flip').hidden = !two || this.#camera !== camera));
  }

  /** @param {() => Promise<unknown> | void} action */
  async #run(action) {
    showProblem();
    try {
      await action();
    } catch (error) {
      if (this.#media) showProblem(error);
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

/** @param {string} id */
function isPressed(id) {
  return button(id).getAttribute('aria-pressed') === 'true';
}
