import { audioContext } from './audio-context.js';
import { openCamera } from './camera.js';
import { openMicrophone } from './microphone.js';
import { watchQuality } from './quality.js';
import { Speaker } from './speaker.js';
import { CallMedia } from './call-media.js';

/** @typedef {import('./leg.js').Picture} Picture */
/** @typedef {import('./quality.js').Quality} Quality */
/** @typedef {{pictures: (pictures: Picture[]) => void, blocked: () => void, quality: (quality: Quality) => void}} Listener */
/** @typedef {{call: CallMedia, camera: MediaStreamTrack | null, voice: AudioNode, microphone: MediaStreamTrack, stop: () => void}} Opened */

export const speaker = new Speaker();

/**
 * Opens microphone and camera for a call.
 *
 * @param {boolean} video
 * @param {(message: import('./call-media.js').Update) => boolean | void} say
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
  return { call, camera, voice, microphone: microphone.getAudioTracks()[0], stop };
}
