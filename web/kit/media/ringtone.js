import { audioContext } from './audio-context.js';

/** A soft two-note chime every two seconds: hertz, and when each note starts, in seconds. */
const NOTES = [
  { hertz: 659, at: 0 },
  { hertz: 880, at: 0.22 },
];
const [EVERY_MS, NOTE_S, PEAK] = [2000, 0.6, 0.12];

/** How a phone shakes with each chime: on, off, on. */
const SHAKE_MS = [250, 120, 250];

/**
 * Rings, and shakes a phone, until the returned function is called. Neither before a person has touched the page: browsers
 * want it so.
 *
 * @returns {() => void}
 */
export function ring() {
  const context = audioContext();
  const out = new GainNode(context);
  out.connect(context.destination);
  const chime = () => {
    if (context.state === 'running') NOTES.forEach((note) => play(out, note));
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(SHAKE_MS);
  };
  chime();
  const timer = setInterval(chime, EVERY_MS);
  return () => {
    clearInterval(timer);
    out.disconnect();
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(0);
  };
}

/**
 * @param {AudioNode} out
 * @param {{hertz: number, at: number}} note
 */
function play(out, { hertz, at }) {
  const start = out.context.currentTime + at;
  const gain = new GainNode(out.context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(PEAK, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + NOTE_S);
  const tone = new OscillatorNode(out.context, { frequency: hertz, type: 'sine' });
  tone.connect(gain).connect(out);
  tone.start(start);
  tone.stop(start + NOTE_S);
}
