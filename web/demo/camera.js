import { drawnTrack } from './drawn-camera.js';

/** @typedef {'user' | 'environment'} Facing */

/** What `?camera=` asks for: the stripes of a drawn camera, `''` for a real one. */
const stripes = new URLSearchParams(location.search).get('camera') ?? '';

/**
 * The camera that looks at the person, or the one that looks away. Drawn, the latter has its stripes the other way round.
 *
 * @param {Facing} facing
 * @returns {Promise<MediaStreamTrack>}
 */
export async function openCamera(facing) {
  if (stripes) return drawnTrack(facing === 'user' ? stripes : [...stripes].reverse().join(''));
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, ...SIZE } });
    return stream.getVideoTracks()[0];
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotAllowedError') throw new Error('The camera is blocked. Allow it in the address bar and try again.');
    if (name === 'NotFoundError') throw new Error('There is no camera. Open the page with ?camera=RGBY to send drawn stripes.');
    throw error;
  }
}

/**
 * The screen that the person chooses; `null` if they choose none.
 *
 * @returns {Promise<MediaStreamTrack | null>}
 */
export async function openScreen() {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
    return stream.getVideoTracks()[0];
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return null;
    throw error;
  }
}

/** Whether there is another camera to flip to. */
export async function hasTwoCameras() {
  if (stripes) return true;
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === 'videoinput').length > 1;
}

const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };
