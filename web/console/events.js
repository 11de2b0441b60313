import { ROOT } from './address.js';
import { SIGNED_OUT, standing } from './api.js';

/**
 * What happens to calls, from the server as it happens.
 *
 * @typedef {import('./api.js').Call} Call
 * @typedef {import('./timeline.js').Entry} Entry
 * @typedef {object} Listener
 * @property {() => void} [open] the stream begins, or begins anew: what is known may be old
 * @property {() => void} [lost] nothing comes until it opens again
 * @property {(call: Call) => void} [call]
 * @property {(entry: Entry & {call_id: string}) => void} [entry]
 */

/**
 * Follows all calls, or one, until the returned function is called.
 *
 * @param {Listener} listener
 * @param {string} [call] its timeline so far comes first
 * @returns {() => void}
 */
export function followEvents(listener, call) {
  const query = call === undefined ? '' : `?${new URLSearchParams({ call_id: call })}`;
  let timer = 0;
  let source = begin();
  return () => {
    source.close();
    clearTimeout(timer);
  };

  function begin() {
    const source = new EventSource(new URL(`offhook/v1/events${query}`, ROOT));
    const on = (/** @type {string} */ name, /** @type {(data: any) => void} */ hear) =>
      source.addEventListener(name, (event) => hear(JSON.parse(/** @type {MessageEvent} */ (event).data)));
    source.addEventListener('open', () => listener.open?.());
    source.addEventListener('error', () => {
      // A browser comes back by itself when a stream breaks, and never when the server refuses it.
      if (source.readyState === EventSource.CLOSED) timer = window.setTimeout(() => void retry(), RETRY_AFTER_MS);
      listener.lost?.();
    });
    on('call', (told) => listener.call?.(told));
    on('entry', (entry) => listener.entry?.(entry));
    // This page was too slow for the stream: what it missed is learned by beginning anew.
    on('missed', again);
    return source;
  }

  function again() {
    source.close();
    source = begin();
  }

  async function retry() {
    const { isSignedIn } = await standing().catch(() => ({ isSignedIn: true }));
    if (isSignedIn) again();
    else dispatchEvent(new Event(SIGNED_OUT));
  }
}

const RETRY_AFTER_MS = 3000;
