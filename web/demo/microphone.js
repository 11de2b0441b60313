import { audioContext } from './audio-context.js';

/**
 * The microphone, or with `?tone=440` a tone of that many hertz: two pages on one desk then tell each other apart.
 *
 * @returns {Promise<MediaStream>}
 */
export async function openMicrophone() {
  const hertz = Number(new URLSearchParams(location.search).get('tone'));
  if (hertz > 0) return toneStream(hertz);
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotAllowedError') throw new Error('The microphone is blocked. Allow it in the address bar and try again.');
    if (name === 'NotFoundError') throw new Error('There is no microphone. Open the page with ?tone=440 to send a tone.');
    throw error;
  }
}

/**
 * @param {number} hertz
 * @returns {MediaStream}
 */
function toneStream(hertz) {
  const context = audioContext();
  const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  const tone = new OscillatorNode(context, { frequency: hertz });
  tone.connect(new GainNode(context, { gain: TONE_GAIN })).connect(destination);
  tone.start();
  return destination.stream;
}

/** −18 dBFS: clearly audible, far from clipping when copies add up. */
const TONE_GAIN = 0.18;
