import { audioContext } from '../kit/media/audio-context.js';
import { openCamera } from '../kit/media/camera.js';
import { openMicrophone } from '../kit/media/microphone.js';
import { watchQuality } from '../kit/media/quality.js';
import { Speaker } from '../kit/media/speaker.js';
import { CallMedia } from './call-media.js';

/** @typedef {import('./channel.js').DeviceMessage} DeviceMessage */
/** @typedef {import('../kit/media/leg.js').Picture} Picture */
/** @typedef {import('../kit/media/quality.js').Quality} Quality */
/** @typedef {{pictures: (pictures: Picture[]) => void, blocked: () => void, quality: (quality: Quality) => void}} Listener */
/** @typedef {{call: CallMedia, camera: MediaStreamTrack | null, voice: AudioNode, stop: () => void}} Opened */

export const speaker = new Speaker();

/**
 * Opens microphone and camera for a call.
 *
 * @param {boolean} video
 * @param {(message: DeviceMessage) => void} say
 * @param {Listener} listener
 * @returns {Promise<Opened>}
 */
export async function openMedia(video, say, listener) {
  const microphone = await openMicrophone();
  const close = () => microphone.getTracks().forEach((track) => track.stop());
  const camera = video ? await openCamera('user').catch((error) => (close(), Promise.reject(error))) : null;
  const call = new CallMedia(microphone, {
    say,
    onAudio: (track) => speaker.play(track, listener.blocked),
    onPictures: listener.pictures,
  });
  const voice = new MediaStreamAudioSourceNode(audioContext(), { mediaStream: microphone });
  const unwatch = watchQuality(call.leg.connection, listener.quality);
  const stop = () => {
    unwatch();
    close();
    camera?.stop();
    call.close();
    speaker.silence();
  };
  return { call, camera, voice, stop };
}
