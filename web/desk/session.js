/**
 * Who is signed in at the desk. The cookie is the server's and the browser's affair.
 *
 * @typedef {{id: string, name: string, expires_at: number}} SignedIn
 * @typedef {SignedIn | 'nobody' | 'signed_out' | 'refused' | 'too_many' | 'failed'} Answer
 */

/** @returns {Promise<Answer>} */
export function signedIn() {
  return ask('GET');
}

/**
 * @param {string} name
 * @param {string} secret
 * @returns {Promise<Answer>}
 */
export function signIn(name, secret) {
  return ask('POST', { name, secret });
}

/** @returns {Promise<Answer>} */
export function signOut() {
  return ask('DELETE');
}

/**
 * @param {string} method
 * @param {object} [body]
 * @returns {Promise<Answer>}
 */
async function ask(method, body) {
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(SESSION, { method, ...(body && { headers, body: JSON.stringify(body) }) });
    if (answer.status === 204) return 'nobody';
    if (answer.ok) return await answer.json();
    return ANSWERS[answer.status]?.[method] ?? 'failed';
  } catch {
    return 'failed';
  }
}

const SESSION = new URL('../../desk/session', import.meta.url);

/** @type {Record<number, Record<string, Answer> | undefined>} */
const ANSWERS = { 401: { GET: 'nobody', POST: 'refused' }, 429: { POST: 'too_many' } };
