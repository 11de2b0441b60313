/**
 * The calling API as the page uses it: one Page, one token.
 *
 * @typedef {{sdp_type: string, sdp: string}} Sdp
 * @typedef {{status: string, expiration_time?: number}} Permission
 */
export class Graph {
  #page;
  #token;

  /**
   * @param {string} page
   * @param {string} token
   */
  constructor(page, token) {
    this.#page = page;
    this.#token = token;
  }

  /**
   * @param {string} psid
   * @returns {Promise<{id: string, session: {sdp_response: Sdp}}>}
   */
  connect(psid, /** @type {string} */ sdp) {
    return this.#post({ action: 'connect', to: psid, session: { sdp_type: 'offer', sdp } });
  }

  /** @param {string} call */
  terminate(call) {
    return this.#post({ action: 'terminate', call_id: call });
  }

  /**
   * @param {string} psid
   * @returns {Promise<{permission: Permission, actions: {action_name: string, can_perform: boolean}[]}>}
   */
  permissions(psid) {
    return this.#request(`messenger_call_permissions?psid=${encodeURIComponent(psid)}`, {});
  }

  /** @param {object} body */
  #post(body) {
    return this.#request('calls', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ platform: 'messenger', ...body }),
    });
  }

  /**
   * @param {string} edge
   * @param {RequestInit} init
   */
  async #request(edge, init) {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    const response = await fetch(`/${this.#page}/${edge}`, { ...init, headers });
    const body = await response.json();
    if (body.error) throw new Error(body.error.error_data?.offhook?.detail ?? body.error.message);
    return body;
  }
}
