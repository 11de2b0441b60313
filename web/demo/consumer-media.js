import { audioContext } from './audio-context.js';
import { openCamera } from './camera.js';
import { ConsumerCall } from './consumer-call.js';
import { showLevel } from './meter.js';
import { openMicrophone } from './microphone.js';
import { button, element } from './page.js';
import { showPictures } from './pictures.js';
import { Speaker } from './speaker.js';

/** @typedef {import('./consumer-channel.js').DeviceMessage} DeviceMessage */
/** @typedef {{call: ConsumerCall, camera: MediaStreamTrack | null, stop: () => void}} Opened */

export const speaker = new Speaker();

/**
 * Opens microphone and camera for a call.
 *
 * @param {boolean} video
 * @param {(message: DeviceMessage) => void} say
 * @returns {Promise<Opened>}
 */
export async function openMedia(video, say) {
  const microphone = await openMicrophone();
  const close = () => microphone.getTracks().forEach((track) => track.stop());
  const camera = video ? await openCamera('user').catch((error) => (close(), Promise.reject(error))) : null;
  const call = new ConsumerCall(microphone, {
    say,
    onAudio: (track) => speaker.play(track, () => (button('sound').hidden = false)),
    onPictures: showPictures,
  });
  const voice = new MediaStreamAudioSourceNode(audioContext(), { mediaStream: microphone });
  const meters = [showLevel(voice, element('level-out')), showLevel(speaker.mix, element('level-in'))];
  const stop = () => {
    [...meters, close].forEach((stop) => stop());
    camera?.stop();
    call.close();
    showPictures([]);
    speaker.silence();
  };
  return { call, camera, stop };
}
