import { element, make } from './page.js';

/** @typedef {import('../kit/media/leg.js').Picture} Picture */

/**
 * Shows what the other party sends: a screen, if there is one, has the room, and the camera a corner of it.
 *
 * @param {Picture[]} pictures
 */
export function showPictures(pictures) {
  const shown = farPictures();
  for (const video of shown) if (!pictures.some(({ track }) => track === trackOf(video))) video.remove();
  const known = shown.map(trackOf);
  element('pictures').prepend(...pictures.filter(({ track }) => !known.includes(track)).map(view));
  fit();
}

/** @param {MediaStreamTrack | null} track what this side's camera sends */
export function showOwnPicture(track) {
  const own = /** @type {HTMLVideoElement} */ (element('own-picture'));
  own.srcObject = track && new MediaStream([track]);
  own.hidden = !track;
  fit();
}

function fit() {
  const [far, own] = [farPictures().length, !element('own-picture').hidden];
  element('pictures').hidden = far === 0 && !own;
  document.body.dataset.video = String(far > 0 || own);
}

/** @returns {HTMLVideoElement[]} */
function farPictures() {
  return [...element('pictures').querySelectorAll('video')].filter(({ id }) => id !== 'own-picture');
}

/** @param {HTMLVideoElement} video */
function trackOf({ srcObject }) {
  return /** @type {MediaStream} */ (srcObject).getVideoTracks()[0];
}

/** @param {Picture} picture */
function view({ track, isScreen }) {
  const video = make('video', { autoplay: true, playsInline: true, muted: true, srcObject: new MediaStream([track]) });
  video.dataset.screen = String(isScreen);
  video.setAttribute('aria-label', isScreen ? 'Their screen' : 'Their camera');
  return video;
}
