import { open } from './device-problem.js';

/** @typedef {'user' | 'environment'} Facing */

/**
 * The camera that looks at the person, or the one that looks away.
 *
 * @param {Facing} facing
 * @returns {Promise<MediaStreamTrack>}
 */
export async function openCamera(facing) {
  const stream = await open('camera', { video: { facingMode: facing, ...SIZE } });
  return stream.getVideoTracks()[0];
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

/** Phones have no screen to share. */
export function canShareScreen() {
  return Boolean(navigator.mediaDevices?.getDisplayMedia);
}

/** Whether there is another camera to flip to. */
export async function hasTwoCameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === 'videoinput').length > 1;
}

const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };
