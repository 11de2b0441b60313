/** @type {AudioContext | undefined} */
let context;

/**
 * The page's one audio context. Browsers keep it suspended until a person touches the page, so every touch wakes it.
 *
 * @returns {AudioContext}
 */
export function audioContext() {
  if (context) return context;
  const created = new AudioContext();
  const wake = () => void created.resume();
  // A finger counts as a gesture only when it is lifted (HTML, section 6.4.1).
  for (const gesture of ['pointerdown', 'pointerup', 'keydown']) addEventListener(gesture, wake);
  context = created;
  return created;
}
