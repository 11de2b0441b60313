/**
 * Keeps a phone's screen on, as long as it is wanted: a dark one takes the camera away, and the way to the buttons. Not every
 * browser can, and some will not when the battery is low.
 *
 * @param {boolean} isWanted
 */
export function keepAwake(isWanted) {
  wanted = isWanted;
  if (isWanted) void hold();
  else void release();
}

let wanted = false;
/** @type {WakeLockSentinel | null} */
let lock = null;

// A page that is not seen loses it.
document.addEventListener('visibilitychange', () => wanted && hold());

async function hold() {
  if (document.visibilityState !== 'visible' || (lock && !lock.released)) return;
  lock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
  if (!wanted) await release();
}

async function release() {
  await lock?.release();
  lock = null;
}
