import { audioContext } from './audio-context.js';

/** A soft two-note chime every two seconds: hertz, and when each note starts, in seconds. */
const NOTES = [
  { hertz: 659, at: 0 },
  { hertz: 880, at: 0.22 },
];
const [EVERY_MS, NOTE_S, PEAK] = [2000, 0.6, 0.12];

/** What a caller hears while it rings at the other side, in seconds: the tone of European exchanges (ETSI TR 101 041-2). */
const [BACK_HERTZ, BACK_S, BACK_EVERY_MS] = [425, 1, 5000];

/** How a phone shakes with each chime: on, off, on. */
const SHAKE_MS = [250, 120, 250];

/**
 * Rings, and shakes a phone, until the returned function is called. Neither before a person has touched the page: browsers
 * want it so.
 *
 * @returns {() => void}
 */
export function ring() {
  const stop = repeat(EVERY_MS, (out) => {
    for (const { hertz, at } of NOTES) {
      const { gain, start } = play(out, { hertz, at, seconds: NOTE_S });
      gain.linearRampToValueAtTime(PEAK, start + RISE_S);
      gain.exponentialRampToValueAtTime(0.0001, start + NOTE_S);
    }
  });
  const shake = () => navigator.userActivation?.hasBeenActive && navigator.vibrate?.(SHAKE_MS);
  shake();
  const timer = setInterval(shake, EVERY_MS);
  return () => {
    stop();
    clearInterval(timer);
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(0);
  };
}

/**
 * Tells a caller that it rings at the other side, until the returned function is called.
 *
 * @returns {() => void}
 */
export function ringBack() {
  return repeat(BACK_EVERY_MS, (out) => {
    const { gain, start } = play(out, { hertz: BACK_HERTZ, at: 0, seconds: BACK_S });
    gain.linearRampToValueAtTime(PEAK / 2, start + RISE_S);
    gain.setValueAtTime(PEAK / 2, start + BACK_S - RISE_S);
    gain.linearRampToValueAtTime(0, start + BACK_S);
  });
}

/**
 * @param {number} everyMs
 * @param {(out: AudioNode) => void} sound
 * @returns {() => void} stops it, in the middle if need be
 */
function repeat(everyMs, sound) {
  const context = audioContext();
  const out = new GainNode(context);
  out.connect(context.destination);
  const begin = () => context.state === 'running' && sound(out);
  begin();
  const timer = setInterval(begin, everyMs);
  return () => {
    clearInterval(timer);
    out.disconnect();
  };
}

/**
 * A tone that is silent until its gain is raised.
 *
 * @param {AudioNode} out
 * @param {{hertz: number, at: number, seconds: number}} note
 */
function play(out, { hertz, at, seconds }) {
  const start = out.context.currentTime + at;
  const gain = new GainNode(out.context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  const tone = new OscillatorNode(out.context, { frequency: hertz, type: 'sine' });
  tone.connect(gain).connect(out);
  tone.start(start);
  tone.stop(start + seconds);
  return { gain: gain.gain, start };
}

/** In which a tone comes and goes without a click. */
const RISE_S = 0.02;
