import { Channel } from '../kit/channel.js';

/**
 * The consumer's channel (docs/consumer-protocol.md): a WebSocket that comes back when it breaks, under the same
 * device name, so that the server hands a ringing or running call over again.
 *
 * @typedef {{id: string, name: string}} Page
 * @typedef {import('../kit/media/leg.js').Track} Track
 * @typedef {import('./thread.js').Entry} Entry
 * @typedef {import('./settings.js').Settings} Settings
 * @typedef {{granted: boolean, expires_at: number | null}} Permission
 * @typedef {{state: 'ringing', id: string, ring_until: number}
 *         | {state: 'calling', id: string, ring_until: number, mine: boolean}
 *         | {state: 'connected', id: string, since: number, mine: boolean}} LiveCall
 * @typedef {{type: 'welcome', page: Page, psid: string, name: string, call: LiveCall | null, settings: Settings,
 *            permission: Permission, thread: Entry[]}} Welcome
 * @typedef {{type: 'incoming', call: string, page: Page, ring_until: number}
 *         | {type: 'calling', call: string, ring_until: number, sdp: string}
 *         | {type: 'answered', call: string, since: number}
 *         | {type: 'accepted', call: string, sdp: string}
 *         | {type: 'updated', call: string, sdp?: string}
 *         | {type: 'offer', call: string, version: number, sdp: string}
 *         | {type: 'answered_elsewhere', call: string}
 *         | {type: 'ended', call: string, status: string, reason: string, seconds: number}} CallMessage
 * @typedef {{type: 'entry', entry: Entry}
 *         | {type: 'settings', settings: Settings}
 *         | {type: 'permission', permission: Permission}} ThreadMessage
 * @typedef {{type: 'error', call: string | null, error: string, detail: string}} Refusal
 * @typedef {Welcome | CallMessage | ThreadMessage | Refusal} ServerMessage
 * @typedef {{type: 'ringing' | 'decline' | 'hang_up', call: string}
 *         | {type: 'call', sdp: string, via?: string}
 *         | {type: 'accept' | 'resume', call: string, sdp: string}
 *         | {type: 'update', call: string, sdp?: string, tracks: Track[]}
 *         | {type: 'message', text: string}
 *         | {type: 'permission_reply', entry: string, response: 'approve' | 'reject'}
 *         | {type: 'revoke_permission'}
 *         | {type: 'postback', entry: string, payload: string}} DeviceMessage
 */

/** @typedef {import('../kit/channel.js').Closed} Closed */

/** @extends {Channel<DeviceMessage, ServerMessage>} */
export class ConsumerChannel extends Channel {
  /**
   * @param {string} token
   * @param {{message: (message: ServerMessage) => void, lost: () => void, closed: (why: Closed) => void}} listener
   */
  constructor(token, listener) {
    super('consumer/v1', { token }, listener);
  }
}
