import { ROOT } from './address.js';
import { own, serverTime } from './api.js';

/**
 * The Graph API, which knows apps and not the operator: the console makes itself a token of an app, for a short time.
 *
 * @typedef {{method: string, path: string, body?: object}} Request
 * @typedef {{status: number, tookMs: number, trace: string, fault: string, text: string, json: any}} Answer
 */

/** Tokens by Page and app, with when they end. @type {Map<string, {token: string, until: number}>} */
const tokens = new Map();

/**
 * A token with which an app acts for a Page.
 *
 * @param {string} page
 * @param {string} app
 */
export async function pageToken(page, app) {
  const key = `${page} ${app}`;
  const known = tokens.get(key);
  if (known && known.until - MARGIN_MS > serverTime()) return known.token;
  const until = serverTime() + LIFE_MS;
  const { token } = await own('POST', `pages/${page}/tokens`, { app_id: app, expires_at: until });
  tokens.set(key, { token, until });
  return token;
}

/**
 * Sends a request as it stands, and gives whatever the answer is.
 *
 * @param {Request} request
 * @param {string} token
 * @returns {Promise<Answer>}
 */
export async function send({ method, path, body }, token) {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const begun = performance.now();
  const answer = await fetch(new URL(path.replace(/^\//, ''), ROOT), { method, headers, credentials: 'omit', ...json });
  const text = await answer.text();
  return {
    status: answer.status,
    tookMs: performance.now() - begun,
    trace: answer.headers.get('x-fb-trace-id') ?? '',
    fault: answer.headers.get('x-offhook-fault') ?? '',
    text,
    json: parsed(text),
  };
}

/**
 * Does something for a Page as one of its apps.
 *
 * @param {string} page
 * @param {string} app
 * @param {Request} request
 * @returns {Promise<any>} the answer's JSON
 */
export async function graph(page, app, request) {
  const { status, json } = await send(request, await pageToken(page, app));
  if (status < 400) return json;
  const error = json?.error ?? {};
  throw new Error(error.error_data?.offhook?.detail ?? error.message ?? `The server answered ${status}.`);
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The version that paths bear. */
export const VERSION = 'v26.0';

const LIFE_MS = 15 * 60_000;
const MARGIN_MS = 30_000;
