/**
 * An ear for a page: what a person in front of it would hear, as numbers. Runs inside the page.
 *
 * @typedef {{hertz: number, decibels: number}} Sound
 * @typedef {{record(): void, stop(): {blocks: number[][], blockMs: number}, sound(): Sound, peaks(): number[]}} Ear
 */
export function installEar() {
  /** Long enough to find a tone within 6 Hz, short enough to hear a single key of the keypad. */
  const SOUND_SAMPLES = 8192;
  /** The longest that an analyser keeps: 0.68 s at 48 kHz. Read every 0.3 s, no sample is missed. */
  const [RECORD_SAMPLES, READ_MS, BLOCK_MS] = [32768, 300, 10];
  /** Spectral peaks this far below the strongest count as heard. */
  const PEAK_RANGE_DB = 12;

  const { remote } = /** @type {any} */ (window).offhookDemo;
  const analyser = (/** @type {number} */ fftSize) => {
    const node = new AnalyserNode(remote.context, { fftSize, smoothingTimeConstant: 0 });
    remote.connect(node);
    return node;
  };
  const near = analyser(SOUND_SAMPLES);
  const far = analyser(RECORD_SAMPLES);
  const binHertz = remote.context.sampleRate / SOUND_SAMPLES;

  /** @param {Float32Array} samples */
  const level = (samples) => {
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    return 10 * Math.log10(power + 1e-12);
  };
  const spectrum = () => {
    const bins = new Float32Array(near.frequencyBinCount);
    near.getFloatFrequencyData(bins);
    return bins;
  };
  const readBlocks = () => {
    const samples = new Float32Array(RECORD_SAMPLES);
    far.getFloatTimeDomainData(samples);
    const length = Math.round((remote.context.sampleRate * BLOCK_MS) / 1000);
    const count = Math.floor(RECORD_SAMPLES / length);
    return Array.from({ length: count }, (_, index) => level(samples.subarray(index * length, (index + 1) * length)));
  };

  /** @type {number[][]} */
  let blocks = [];
  let timer = 0;
  return {
    /** Starts to keep the level of every 10 ms. */
    record() {
      blocks = [];
      timer = window.setInterval(() => blocks.push(readBlocks()), READ_MS);
    },
    /** Windows of consecutive levels in dBFS; neighbouring windows overlap. */
    stop() {
      clearInterval(timer);
      return { blocks, blockMs: BLOCK_MS };
    },
    /** The strongest tone and the level of everything, in dBFS. */
    sound() {
      const samples = new Float32Array(SOUND_SAMPLES);
      near.getFloatTimeDomainData(samples);
      const bins = spectrum();
      return { hertz: bins.indexOf(Math.max(...bins)) * binHertz, decibels: level(samples) };
    },
    /** The tones that stand out, in hertz. */
    peaks() {
      const bins = spectrum();
      const loudest = Math.max(...bins);
      const isPeak = (/** @type {number} */ bin) => bins[bin] > bins[bin - 1] && bins[bin] >= bins[bin + 1];
      const heard = [...bins.keys()].filter((bin) => isPeak(bin) && bins[bin] > loudest - PEAK_RANGE_DB);
      return heard.map((bin) => bin * binHertz);
    },
  };
}
