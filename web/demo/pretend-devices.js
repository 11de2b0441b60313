import { audioContext } from '../kit/media/audio-context.js';
import { drawnTrack } from './drawn-camera.js';

/**
 * On one desk two pages share a microphone and a camera, or there are none. With `?tone=440` the page's microphone is a tone
 * of that many hertz, with `?camera=RGBY` its cameras are drawn stripes: what the pages hear and see can be told apart. The
 * camera that looks away has its stripes the other way round.
 */
export function pretendDevices() {
  const query = new URLSearchParams(location.search);
  const [hertz, stripes] = [Number(query.get('tone')), query.get('camera') ?? ''];
  const { mediaDevices } = navigator;
  if (!mediaDevices || !(hertz > 0 || stripes)) return;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  const enumerateDevices = mediaDevices.enumerateDevices.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted = {}) => {
    if (wanted.audio && hertz > 0) return toneStream(hertz);
    if (wanted.video && stripes) return new MediaStream([drawnTrack(facesAway(wanted.video) ? [...stripes].reverse().join('') : stripes)]);
    return getUserMedia(wanted);
  };
  mediaDevices.enumerateDevices = async () => {
    const others = (await enumerateDevices()).filter(({ kind }) => kind !== 'videoinput' || !stripes);
    return stripes ? [...others, drawnDevice('near'), drawnDevice('far')] : others;
  };
}

/** @param {boolean | MediaTrackConstraints} video */
function facesAway(video) {
  return typeof video === 'object' && video.facingMode === 'environment';
}

/**
 * @param {string} deviceId
 * @returns {MediaDeviceInfo}
 */
function drawnDevice(deviceId) {
  const device = { deviceId, groupId: '', kind: /** @type {const} */ ('videoinput'), label: deviceId };
  return { ...device, toJSON: () => device };
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
