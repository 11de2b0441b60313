import { ROOT } from './address.js';

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
 * Follows all calls, or one, until the returned function is called. The browser comes back by itself when the stream ends.
 *
 * @param {Listener} listener
 * @param {string} [call] its timeline so far comes first
 * @returns {() => void}
 */
export function followEvents(listener, call) {
  const query = call === undefined ? '' : `?${new URLSearchParams({ call_id: call })}`;
  let source = begin();
  return () => source.close();

  function begin() {
    const source = new EventSource(new URL(`offhook/v1/events${query}`, ROOT));
    const on = (/** @type {string} */ name, /** @type {(data: any) => void} */ hear) =>
      source.addEventListener(name, (event) => hear(JSON.parse(/** @type {MessageEvent} */ (event).data)));
    source.addEventListener('open', () => listener.open?.());
    source.addEventListener('error', () => listener.lost?.());
    on('call', (told) => listener.call?.(told));
    on('entry', (entry) => listener.entry?.(entry));
    on('missed', again);
    return source;
  }

  /** This page was too slow for the stream: what it missed is learned by beginning anew. */
  function again() {
    source.close();
    source = begin();
  }
}
