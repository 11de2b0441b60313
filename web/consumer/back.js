/** @typedef {{destroy(): void, addEventListener(type: 'close', heard: () => void): void}} Watcher */

/** Not every browser has it, nor do all libraries of types. @type {(new () => Watcher) | undefined} */
const CloseWatcher = Reflect.get(globalThis, 'CloseWatcher');

/** @type {Watcher | null} */
let watcher = null;

/**
 * As long as it is wanted, a phone's way back (and the Escape key) does `act`, once, and does not lead out of the page.
 *
 * @param {boolean} isWanted
 * @param {() => void} act
 */
export function takeBack(isWanted, act) {
  if (!isWanted) {
    watcher?.destroy();
    watcher = null;
  } else if (!watcher && CloseWatcher) {
    watcher = new CloseWatcher();
    watcher.addEventListener('close', () => {
      watcher = null;
      act();
    });
  }
}
