import { audioContext } from '../kit/media/audio-context.js';

/** Two soft notes every three seconds: whoever waits hears that the line is there. */
const [HERTZ, EVERY_S, NOTE_S, PEAK] = [[440, 554], 3, 0.5, 0.08];

/**
 * The sound that a consumer on hold hears, until it is stopped.
 *
 * @returns {{track: MediaStreamTrack, stop: () => void}}
 */
export function holdTone() {
  const context = audioContext();
  const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  const play = () => HERTZ.forEach((hertz, index) => note(out, hertz, context.currentTime + index * NOTE_S));
  play();
  const timer = setInterval(play, EVERY_S * 1000);
  const track = out.stream.getAudioTracks()[0];
  const stop = () => {
    clearInterval(timer);
    track.stop();
  };
  return { track, stop };
}

/**
 * @param {AudioNode} out
 * @param {number} hertz
 * @param {number} at
 */
function note(out, hertz, at) {
  const gain = new GainNode(out.context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(PEAK, at + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S);
  const tone = new OscillatorNode(out.context, { frequency: hertz });
  tone.connect(gain).connect(out);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
