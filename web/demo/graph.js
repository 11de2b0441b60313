/**
 * The calling API as the page uses it: one Page, one token.
 *
 * @typedef {{sdp_type: string, sdp: string}} Sdp
 * @typedef {{sdp_response: Sdp, sdp_renegotiation?: Sdp}} Session
 * @typedef {{status: string, expiration_time?: number}} Permission
 * @typedef {import('../kit/media/leg.js').Track} Track
 * @typedef {{timezone_id: string, weekly_operating_hours: {day_of_week: string, open_time: string, close_time: string}[]}} Hours
 * @typedef {{audio_enabled: boolean, video_enabled: boolean, icon_enabled: boolean, call_hours?: Hours,
 *            call_routing?: {ring_target: 'META' | 'PARTNERS'}}} PageSettings
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
   * @param {string} sdp
   * @returns {Promise<{id: string, session: Session}>}
   */
  connect(psid, sdp) {
    return this.#call({ action: 'connect', to: psid, session: { sdp_type: 'offer', sdp } });
  }

  /**
   * @param {string} call
   * @param {string} sdp
   * @returns {Promise<{session: Session}>}
   */
  accept(call, sdp) {
    return this.#call({ action: 'accept', call_id: call, session: { sdp_type: 'offer', sdp } });
  }

  /** @param {string} call */
  reject(call) {
    return this.#call({ action: 'reject', call_id: call });
  }

  /** @param {string} call */
  terminate(call) {
    return this.#call({ action: 'terminate', call_id: call });
  }

  /**
   * @param {string} call
   * @param {number} from the version that this change is made to
   * @param {number} to
   * @param {Track[]} tracks
   * @param {string} [sdp] an offer, if there are tracks that the server does not know
   * @returns {Promise<{session?: Session}>}
   */
  async mediaUpdate(call, from, to, tracks, sdp) {
    const session = sdp && { session: { sdp_type: 'offer', sdp } };
    const update = { action: 'media_update', call_id: call, from_version: from, to_version: to, tracks, ...session };
    const response = await this.#call(update);
    if (sdp && !response.session?.sdp_response) throw new VersionConflict(from + 1);
    return response;
  }

  /**
   * @param {string} psid
   * @returns {Promise<{permission: Permission, actions: {action_name: string, can_perform: boolean}[]}>}
   */
  permissions(psid) {
    return this.#request(`messenger_call_permissions?psid=${encodeURIComponent(psid)}`, {});
  }

  /**
   * @param {string} psid
   * @param {object} message as in Meta's Send API
   */
  send(psid, message) {
    return this.#post('messages', { recipient: { id: psid }, message });
  }

  /** @returns {Promise<PageSettings>} */
  settings() {
    return this.#request(`messenger_call_settings?fields=${SETTINGS.join(',')}`, {});
  }

  /** @param {Partial<PageSettings>} settings what changes */
  changeSettings(settings) {
    return this.#post('messenger_call_settings', settings);
  }

  /** @param {object} action */
  #call(action) {
    return this.#post('calls', { platform: 'messenger', ...action });
  }

  /**
   * @param {string} edge
   * @param {object} body
   */
  #post(edge, body) {
    const headers = { 'content-type': 'application/json' };
    return this.#request(edge, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /**
   * @param {string} edge
   * @param {RequestInit} init
   */
  async #request(edge, init) {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    const response = await fetch(`/${this.#page}/${edge}`, { ...init, headers });
    const body = await response.json();
    if (body.error) throw failure(body.error);
    return body;
  }
}

/** The other side changed the call's media meanwhile. */
export class VersionConflict extends Error {
  /** @param {number} version the call's current one, or the least that it can be */
  constructor(version) {
    super('The consumer changed something at the same moment. Try again.');
    this.version = version;
  }
}

/** @param {{message: string, error_data?: {offhook?: {error: string, detail: string, current_version?: number}}}} error */
function failure({ message, error_data }) {
  const ours = error_data?.offhook;
  if (ours?.error === 'version_conflict') return new VersionConflict(ours.current_version ?? 0);
  return new Error(ours?.detail ?? message);
}

const SETTINGS = ['audio_enabled', 'video_enabled', 'icon_enabled', 'call_hours', 'call_routing'];
