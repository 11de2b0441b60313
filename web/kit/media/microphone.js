import { open } from './device-problem.js';

/** @returns {Promise<MediaStream>} */
export function openMicrophone() {
  return open('microphone', { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
}
