import { ROOT } from './address.js';

/**
 * What the console reads of the own API's answers; docs/openapi.json describes them whole.
 *
 * @typedef {'dialing' | 'ringing' | 'calling' | 'connected' | 'ended'} CallState
 * @typedef {{id: string, page_id: string, psid: string, app_id: string | null, direction: 'business_initiated' | 'user_initiated',
 *            created_at: number, version: number, state: CallState, device?: string, connected_at?: number | null,
 *            ended_at?: number, status?: string, reason?: string}} Call
 * @typedef {{last: number, mean: number, max: number}} Spread
 * @typedef {{number: number, side: string, opened_at: number, lasted_ms: number, connected_ms: number | null,
 *            first_packet_ms: number | null, packets_in: number, packets_out: number, bytes_in: number, bytes_out: number,
 *            lost_in: number, lost_out: number | null, loss_ratio_in: number | null, loss_ratio_out: number | null,
 *            jitter_in_ms: Spread | null, jitter_out_ms: Spread | null, round_trip_ms: Spread | null,
 *            path: Path | null, tracks: {label: string, negotiated: string[], seen: string[]}[]}} LegStatistics
 * @typedef {Call & {metrics: object | null, statistics: {taken_at: number, legs: LegStatistics[]} | null}} CallDetail
 * @typedef {{local: string, remote: string, transport: string}} Path
 * @typedef {{id: number, app_id: string, page_id: string, call_id: string | null, psid: string | null, body: string,
 *            owed_at: number, attempts: number, state: 'pending' | 'delivered' | 'dead', due_at: number | null,
 *            last_status: number | null, last_response: string | null, redelivered_at: number | null}} Delivery
 * @typedef {{number: number, at: number, took_ms: number, status: number | null, response: string, fault: string | null}} Attempt
 * @typedef {{id: string, name: string, audio_enabled: boolean, embed_origins: string[], created_at: number}} Page
 * @typedef {{id: string, name: string, require_app_secret_proof: boolean, compat: Record<string, string>, created_at: number}} App
 * @typedef {{app_id: string, callback_url: string, health: string, since: number, failing_since: number | null}} Endpoint
 * @typedef {{id: string, name: string, pages: string[], enabled: boolean, free: boolean, created_at: number}} Agent
 * @typedef {{psid: string, page_id: string, name: string, created_at: number}} Consumer
 */

/** The server refused a request; the message is the sentence that it gave for people. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} name
   * @param {string} detail
   */
  constructor(status, name, detail) {
    super(detail);
    this.status = status;
    this.name = name;
  }
}

/**
 * Asks the own API, as the operator who is signed in.
 *
 * @param {string} method
 * @param {string} path below `/offhook/v1/`
 * @param {object} [body]
 * @returns {Promise<any>} the answer's JSON; null if it has none
 */
export function own(method, path, body) {
  return asked(method, new URL(`offhook/v1/${path}`, ROOT), body);
}

/**
 * A list of the own API.
 *
 * @param {string} path
 * @param {Record<string, string | number | boolean | undefined | null>} [query] what is empty is not asked about
 * @returns {Promise<any[]>}
 */
export async function list(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return (await own('GET', given.length > 0 ? `${path}?${search}` : path)).data;
}

/** @param {string} token */
export function signIn(token) {
  return asked('POST', SESSION, { admin_token: token });
}

export function signOut() {
  return asked('DELETE', SESSION);
}

/**
 * Whether the operator is signed in, and whether the server is a sandbox, each answer of which tells its time.
 *
 * @returns {Promise<{isSignedIn: boolean, isSandbox: boolean}>}
 */
export async function standing() {
  const answer = await reached(SESSION, {});
  if (!answer.ok && answer.status !== 401) throw new Refused(answer.status, 'error', `The server answered ${answer.status}.`);
  return { isSignedIn: answer.ok, isSandbox: answer.headers.has('x-offhook-time') };
}

/**
 * @param {string} method
 * @param {URL} url
 * @param {object} [body]
 */
async function asked(method, url, body) {
  const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await reached(url, { method, ...json });
  const text = await answer.text();
  const read = parsed(text);
  if (answer.ok) return read;
  const { name = 'error', detail = `The server answered ${answer.status}.` } = read?.error ?? {};
  if (answer.status === 401 && name === 'unauthorized') dispatchEvent(new Event(SIGNED_OUT));
  throw new Refused(answer.status, name, detail);
}

/**
 * @param {URL} url
 * @param {RequestInit} request
 */
async function reached(url, request) {
  const answer = await fetch(url, request).catch(() => {
    throw new Refused(0, 'unreachable', 'The server cannot be reached. Is it still running?');
  });
  const told = answer.headers.get('x-offhook-time');
  if (told) aheadMs = Date.parse(told) - Date.now();
  return answer;
}

/** @param {string} text */
function parsed(text) {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** Happens on `window` when the server knows the operator no longer. */
export const SIGNED_OUT = 'offhook-signed-out';

/** By how much a sandbox's clock is ahead of this machine's. */
let aheadMs = 0;

/** What time it is for the server, in milliseconds. */
export function serverTime() {
  return Math.round(Date.now() + aheadMs);
}

const SESSION = new URL('console/session', ROOT);
