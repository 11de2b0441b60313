/**
 * What the Page's settings mean for its consumers. `next_opening` is in milliseconds since the epoch.
 *
 * @typedef {{audio: boolean, video: boolean, icon: boolean, open: boolean, next_opening: number | null}} Settings
 */

/** Before the server has told. @type {Settings} */
export const NONE = { audio: false, video: false, icon: false, open: false, next_opening: null };

/**
 * Whether the thread has a call button of its own; it is off while the Page takes no calls.
 *
 * @param {Settings} settings
 */
export function showsCallButton({ audio, icon }) {
  return audio && icon;
}
