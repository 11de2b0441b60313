/**
 * Whether the browser would ask if it is to show notices. Not in a frame on another site, where it never asks; nor on phones,
 * whose browsers show notices of installed applications only.
 */
export function mayAskForNotices() {
  return top === window && 'Notification' in window && Notification.permission === 'default' && matchMedia('(hover: hover)').matches;
}

/** Lets the browser ask. Only when a person has just pressed something. */
export async function askForNotices() {
  if (mayAskForNotices()) await Notification.requestPermission();
}

/** A notice of the system's that a call rings, for who looks at another tab or window. It leads to this one. */
export class RingNotice {
  #title = '';
  /** @type {Notification | null} */
  #shown = null;

  /**
   * What rings now; what is the same as before is told once. The notice goes when nothing rings any more.
   *
   * @param {{title: string, body?: string} | null} ring
   */
  tell(ring) {
    const title = ring?.title ?? '';
    if (title === this.#title) return;
    this.#title = title;
    this.#shown?.close();
    this.#shown = ring && !document.hasFocus() ? show(title, ring.body) : null;
  }
}

/**
 * @param {string} title
 * @param {string} [body]
 */
function show(title, body) {
  if (!('Notification' in window) || Notification.permission !== 'granted') return null;
  try {
    // The page rings by itself.
    const notice = new Notification(title, { body, silent: true, requireInteraction: true, lang: document.documentElement.lang });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
    return notice;
  } catch {
    return null; // Chrome on Android has the class, and lets no page use it.
  }
}
