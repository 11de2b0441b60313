/**
 * A camera that is drawn, for pages that are opened with `?camera=RGBY`: stripes in these colours that wander to the
 * right. What two pages see of each other can then be told apart, and told from a picture that stands still.
 */

/** The colours that a letter stands for. @type {Record<string, string>} */
export const COLOURS = { R: '#e02020', G: '#20c020', B: '#2030e0', Y: '#e8e020', C: '#20d8d8', M: '#d820d8', W: '#f4f4f4', K: '#101010' };

const [WIDTH, HEIGHT, FRAMES_PER_SECOND, STEP_MS] = [640, 360, 20, 500];

/**
 * @param {string} stripes letters of `COLOURS`
 * @returns {MediaStreamTrack}
 */
export function drawnTrack(stripes) {
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const draw = () => paint(context, stripes, Math.floor(performance.now() / STEP_MS));
  draw();
  const [track] = canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks();
  const timer = setInterval(() => (track.readyState === 'live' ? draw() : clearInterval(timer)), 1000 / FRAMES_PER_SECOND);
  return track;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} stripes
 * @param {number} shift by how many stripes they have wandered
 */
function paint(context, stripes, shift) {
  const width = WIDTH / stripes.length;
  [...stripes].forEach((letter, index) => {
    context.fillStyle = COLOURS[letter] ?? COLOURS.K;
    context.fillRect(((index + shift) % stripes.length) * width, 0, Math.ceil(width), HEIGHT);
  });
}
