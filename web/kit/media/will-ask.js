/**
 * What a browser asks its person for before it opens a microphone, and with `video` a camera. `null`: nothing, or it does not tell.
 *
 * @param {boolean} video
 * @returns {Promise<'microphone' | 'camera' | null>}
 */
export async function willAsk(video) {
  const [microphone, camera] = await Promise.all([isAsked('microphone'), video && isAsked('camera')]);
  if (camera) return 'camera';
  return microphone ? 'microphone' : null;
}

/** @param {string} name */
async function isAsked(name) {
  const status = await navigator.permissions?.query({ name: /** @type {PermissionName} */ (name) }).catch(() => null);
  return status?.state === 'prompt';
}
