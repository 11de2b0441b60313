/** The level that fills nothing and the one that fills everything, in dBFS. */
const [FLOOR_DB, CEILING_DB] = [-60, -6];

/**
 * Shows the level of `node` on `element` as the CSS property `--level`, 0 to 1, until the returned function is called.
 *
 * @param {AudioNode} node
 * @param {HTMLElement} element
 * @returns {() => void}
 */
export function showLevel(node, element) {
  const analyser = new AnalyserNode(node.context, { fftSize: 1024 });
  node.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = 0;
  const draw = () => {
    analyser.getFloatTimeDomainData(samples);
    element.style.setProperty('--level', fill(samples).toFixed(3));
    frame = requestAnimationFrame(draw);
  };
  draw();
  return () => {
    cancelAnimationFrame(frame);
    node.disconnect(analyser);
    element.style.setProperty('--level', '0');
  };
}

/** @param {Float32Array} samples */
function fill(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const decibels = 10 * Math.log10(power + 1e-12);
  return Math.min(1, Math.max(0, (decibels - FLOOR_DB) / (CEILING_DB - FLOOR_DB)));
}
