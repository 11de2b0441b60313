import { hasTwoCameras, openCamera, openScreen } from './camera.js';

/**
 * What this side sends in a running call: microphone, camera, screen, each on or off. A change that the server or the
 * person refuses is undone and the promise fails.
 *
 * @typedef {import('./leg.js').Label} Label
 * @typedef {import('./camera.js').Facing} Facing
 * @typedef {{mute(muted: boolean): Promise<void>, show(label: Label, track: MediaStreamTrack | null): Promise<void>}} Media
 */
export class Outgoing {
  isMuted = false;
  /** @type {MediaStreamTrack | null} */
  camera = null;
  /** @type {MediaStreamTrack | null} */
  screen = null;
  /** Whether the camera is on and there is another one. */
  canFlip = false;

  #onChange;
  /** @type {Media | null} */
  #media = null;
  /** @type {Facing} */
  #facing = 'user';

  /** @param {() => void} onChange called whenever one of the public fields changed */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Whether the camera looks at the person, who wants to see themselves as in a mirror. */
  get isMirrored() {
    return this.#facing === 'user';
  }

  /** Whether there is a call. */
  get isRunning() {
    return this.#media !== null;
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
    this.screen?.stop();
    this.screen = null;
    this.isMuted = false;
    this.#facing = 'user';
    this.#use(null);
  }

  async toggleMute() {
    this.isMuted = !this.isMuted;
    this.#onChange();
    await this.#media?.mute(this.isMuted);
  }

  toggleCamera() {
    return this.camera ? this.#closeCamera() : this.#startCamera();
  }

  toggleScreen() {
    return this.screen ? this.#closeScreen() : this.#startScreen();
  }

  /** The other party notices nothing but the picture: no message is sent. */
  async flip() {
    const facing = this.#facing === 'user' ? 'environment' : 'user';
    const camera = await openCamera(facing);
    if (!this.#media || !this.camera) return camera.stop();
    this.#facing = facing;
    this.#use(camera);
    await this.#media.show('default_video', camera);
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

  async #startScreen() {
    const screen = await openScreen();
    if (!screen) return;
    if (!this.#media) return screen.stop();
    this.#useScreen(screen);
    // The browser's own bar ends it too.
    screen.addEventListener('ended', () => this.screen === screen && this.#closeScreen().catch(() => {}));
    await this.#media.show('screen_video', screen).catch((error) => {
      this.#useScreen(null);
      throw error;
    });
  }

  async #closeScreen() {
    this.#useScreen(null);
    await this.#media?.show('screen_video', null);
  }

  /** @param {MediaStreamTrack | null} screen */
  #useScreen(screen) {
    this.screen?.stop();
    this.screen = screen;
    this.#onChange();
  }

  /** @param {MediaStreamTrack | null} camera */
  #use(camera) {
    if (this.camera !== camera) this.camera?.stop();
    this.camera = camera;
    this.canFlip = false;
    this.#onChange();
    // It may be pulled out.
    camera?.addEventListener('ended', () => this.camera === camera && this.#closeCamera().catch(() => {}));
    if (camera) void this.#findOtherCamera(camera);
  }

  /** @param {MediaStreamTrack} camera */
  async #findOtherCamera(camera) {
    const two = await hasTwoCameras();
    if (this.camera !== camera) return;
    this.canFlip = two;
    this.#onChange();
  }
}
