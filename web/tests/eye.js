/**
 * An eye for a page: what a person in front of it would see of the other side, as letters. Runs inside the page.
 *
 * @typedef {{seen: string[], moves(stripes: string): boolean}} Picture
 * @typedef {{pictures(): Picture[]}} Eye
 *
 * @returns {Promise<Eye>}
 */
export async function installEye() {
  const STRIPES = 4;
  const [WIDTH, HEIGHT] = [64, 36];
  /** A colour further away than this, in RGB, is none of the known ones. */
  const DISTANCE_MAX = 90;
  /** How many different looks of a picture are kept, newest last. */
  const SEEN_MAX = 8;

  const { COLOURS } = await import(/** @type {string} */ ('/assets/demo/drawn-camera.js'));
  /** @type {[string, number[]][]} */
  const known = Object.entries(COLOURS).map(([letter, hex]) => [
    letter,
    [1, 3, 5].map((at) => parseInt(String(hex).slice(at, at + 2), 16)),
  ]);
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  /** @type {WeakMap<HTMLVideoElement, string[]>} */
  const history = new WeakMap();

  /** @param {number} stripe */
  const letterAt = (stripe) => {
    const [r, g, b] = context.getImageData(Math.floor(((stripe + 0.5) * WIDTH) / STRIPES), HEIGHT / 2, 1, 1).data;
    const distance = (/** @type {number[]} */ colour) => Math.hypot(r - colour[0], g - colour[1], b - colour[2]);
    const [letter, colour] = known.reduce((best, next) => (distance(next[1]) < distance(best[1]) ? next : best));
    return distance(colour) < DISTANCE_MAX ? letter : '?';
  };
  /** @param {HTMLVideoElement} video */
  const look = (video) => {
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.drawImage(video, 0, 0, WIDTH, HEIGHT);
    return Array.from({ length: STRIPES }, (_, stripe) => letterAt(stripe)).join('');
  };
  const isTurned = (/** @type {string} */ seen, /** @type {string} */ stripes) => `${stripes}${stripes}`.includes(seen);

  return {
    pictures() {
      const videos = [.../** @type {NodeListOf<HTMLVideoElement>} */ (document.querySelectorAll('#pictures [data-screen]'))];
      return videos.map((video) => {
        const now = look(video);
        const before = history.get(video) ?? [];
        const seen = before.at(-1) === now ? before : [...before, now].slice(-SEEN_MAX);
        history.set(video, seen);
        /** Its newest look and one before it are the stripes, wandered. */
        const moves = (/** @type {string} */ stripes) => isTurned(now, stripes) && new Set(seen.filter((look) => isTurned(look, stripes))).size > 1;
        return { seen, moves };
      });
    },
  };
}
