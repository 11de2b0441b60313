import { STRIPES, TONE, hears, sees } from './stage.js';

/**
 * What two pages say of a call while time passes.
 *
 * `seen` are the frames that a page has shown of the other side and `sent` those of its own, `targetKbps` is how much its
 * sender may, `repaired` the video packets that it sent again because the other side asked, `heard` and `said` are packets
 * of sound.
 *
 * @typedef {import('playwright-core').Page} Page
 * @typedef {{business: Page, consumer: Page}} Pages
 * @typedef {{seen: number, sent: number, targetKbps: number, repaired: number, heard: number, said: number}} State
 * @typedef {{at: number, business: State, consumer: State}} Sample
 * @typedef {'business' | 'consumer'} Side
 */

const INTERVAL_MS = 250;

export const SIDES = /** @type {Side[]} */ (['business', 'consumer']);

/**
 * Before a page is loaded: its drawn camera becomes a small picture under noise, which costs all the bits that it can
 * get, and little time to encode. The stripes stay visible.
 *
 * @param {Page} page
 */
export function noisyCamera(page) {
  return page.addInitScript(() => {
    const [WIDTH, HEIGHT, OPACITY, FRAMES_PER_SECOND] = [240, 136, 70, 12];
    const noise = new OffscreenCanvas(2 * WIDTH, 2 * HEIGHT);
    const painter = /** @type {OffscreenCanvasRenderingContext2D} */ (noise.getContext('2d'));
    const image = painter.createImageData(noise.width, noise.height);
    image.data.forEach((_, at) => (image.data[at] = at % 4 === 3 ? OPACITY : Math.random() * 256));
    painter.putImageData(image, 0, 0);

    const capture = HTMLCanvasElement.prototype.captureStream;
    HTMLCanvasElement.prototype.captureStream = function () {
      const small = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
      const context = /** @type {CanvasRenderingContext2D} */ (small.getContext('2d'));
      const draw = () => {
        context.drawImage(this, 0, 0, WIDTH, HEIGHT);
        context.drawImage(noise, -Math.random() * WIDTH, -Math.random() * HEIGHT);
      };
      setInterval(draw, 1000 / FRAMES_PER_SECOND);
      return capture.call(small, FRAMES_PER_SECOND);
    };
  });
}

/**
 * Looks at both pages until the time is over.
 *
 * @param {Pages} pages
 * @param {number} seconds
 * @returns {Promise<Sample[]>}
 */
export async function watch(pages, seconds) {
  const samples = [await look(pages)];
  while (samples[samples.length - 1].at - samples[0].at < seconds * 1000) {
    await new Promise((after) => setTimeout(after, INTERVAL_MS));
    samples.push(await look(pages));
  }
  return samples;
}

/**
 * Looks at both pages until they are as wanted.
 *
 * @param {Pages} pages
 * @param {string} what
 * @param {(sample: Sample) => boolean} wanted
 */
export async function until(pages, what, wanted) {
  for (const begun = performance.now(); performance.now() - begun < PATIENCE_MS; ) {
    const sample = await look(pages);
    if (wanted(sample)) return;
    await new Promise((after) => setTimeout(after, INTERVAL_MS));
  }
  throw new Error(`${what} does not come to pass: ${JSON.stringify(await look(pages))}`);
}

/** @param {Pages} pages */
export function seeAndHearEachOther({ business, consumer }) {
  return Promise.all([
    sees(business, STRIPES.consumer),
    sees(consumer, STRIPES.business),
    hears(business, TONE.consumer),
    hears(consumer, TONE.business),
  ]);
}

/**
 * What a side gets of what the other one sends, as shares, and for how long no picture came although some were sent: a
 * busy machine sends fewer, which is no fault of the network.
 *
 * @param {Sample[]} samples
 * @param {Side} side
 */
export function received(samples, side) {
  const other = side === 'business' ? 'consumer' : 'business';
  const grown = (/** @type {Sample[]} */ [first, last], /** @type {Side} */ of, /** @type {keyof State} */ what) => last[of][what] - first[of][what];
  const whole = [samples[0], samples[samples.length - 1]];
  let [frozenMs, longestFreezeMs] = [0, 0];
  samples.slice(1).forEach((sample, index) => {
    const step = [samples[index], sample];
    if (grown(step, side, 'seen') > 0) frozenMs = 0;
    else if (grown(step, other, 'sent') > 0) frozenMs += sample.at - samples[index].at;
    longestFreezeMs = Math.max(longestFreezeMs, frozenMs);
  });
  return {
    pictures: grown(whole, side, 'seen') / grown(whole, other, 'sent'),
    sound: grown(whole, side, 'heard') / grown(whole, other, 'said'),
    longestFreezeMs,
  };
}

/**
 * @param {Sample[]} samples
 * @param {Side} side
 */
export function meanTargetKbps(samples, side) {
  return samples.reduce((sum, sample) => sum + sample[side].targetKbps, 0) / samples.length;
}

/** @param {Pages} pages */
async function look({ business, consumer }) {
  const [ofBusiness, ofConsumer] = await Promise.all([state(business), state(consumer)]);
  return { at: performance.now(), business: ofBusiness, consumer: ofConsumer };
}

/**
 * @param {Page} page
 * @returns {Promise<State>}
 */
function state(page) {
  return page.evaluate(async () => {
    const stats = [...(await /** @type {any} */ (window).offhookDemo.connection().getStats()).values()];
    const sum = (/** @type {string} */ type, /** @type {string} */ kind, /** @type {string} */ of) => {
      const streams = stats.filter((stream) => stream.type === type && stream.kind === kind);
      return streams.reduce((sum, stream) => sum + (stream[of] ?? 0), 0);
    };
    return {
      seen: sum('inbound-rtp', 'video', 'framesDecoded'),
      sent: sum('outbound-rtp', 'video', 'framesSent'),
      targetKbps: sum('outbound-rtp', 'video', 'targetBitrate') / 1000,
      repaired: sum('outbound-rtp', 'video', 'retransmittedPacketsSent'),
      heard: sum('inbound-rtp', 'audio', 'packetsReceived'),
      said: sum('outbound-rtp', 'audio', 'packetsSent'),
    };
  });
}

/** How long anything may take before a test fails; long, because the machine may be busy. */
const PATIENCE_MS = 40_000;
