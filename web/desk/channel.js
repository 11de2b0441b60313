import { Channel } from '../kit/channel.js';

/**
 * The desk's channel (docs/desk.md).
 *
 * @typedef {{id: string, name: string, video: boolean}} Page
 * @typedef {{id: string, page: string, psid: string, name: string, state: 'dialing' | 'ringing' | 'calling' | 'connected',
 *            created_at: number, ring_until: number, since: number | null, agent: string | null, mine: boolean,
 *            held_since: number | null, to: string | null}} DeskCall
 * @typedef {{id: string, name: string, pages: string[], state: 'free' | 'busy' | 'away'}} Colleague
 * @typedef {{free: boolean, ringing: DeskCall[], call: DeskCall | null, colleagues: Colleague[]}} Board
 * @typedef {{psid: string, name: string, permission: {granted: boolean, expires_at: number | null}}} Consumer
 * @typedef {{at: number, author: string, text: string}} CallNote
 * @typedef {{id: string, page: string, psid: string, name: string, at: number, incoming: boolean, reason: string | null,
 *            seconds: number | null, agent: string | null, notes: CallNote[]}} PastCall
 * @typedef {Consumer & {page: string, calls: PastCall[]}} Known
 * @typedef {{type: 'accepted', call: string, sdp: string}
 *         | {type: 'dialed', call: string, ring_until: number, sdp: string}
 *         | {type: 'updated', call: string, sdp?: string}
 *         | {type: 'offer', call: string, version: number, sdp: string}
 *         | {type: 'answered_elsewhere' | 'handed_over', call: string}
 *         | {type: 'ended', call: string, status: string, reason: string, seconds: number}
 *         | {type: 'error', call: string | null, error: string, detail: string}} CallMessage
 * @typedef {{type: 'welcome', agent: string, name: string, pages: Page[]}
 *         | ({type: 'board'} & Board)
 *         | {type: 'permission_requested', page: string, psid: string}
 *         | {type: 'noted', call: string}
 *         | {type: 'consumers', page: string, consumers: Consumer[]}
 *         | ({type: 'consumer'} & Known)
 *         | {type: 'history', calls: PastCall[]}
 *         | CallMessage} DeskMessage
 * @typedef {{type: 'free', free: boolean}
 *         | {type: 'accept' | 'resume', call: string, sdp: string}
 *         | {type: 'refuse' | 'hang_up', call: string}
 *         | {type: 'update', call: string, sdp?: string, tracks: import('../kit/media/leg.js').Track[]}
 *         | {type: 'hold', call: string, on: boolean}
 *         | {type: 'hand_over', call: string, to: string}
 *         | {type: 'dial', page: string, psid: string, sdp: string}
 *         | {type: 'request_permission', page: string, psid: string}
 *         | {type: 'note', call: string, text: string}
 *         | {type: 'consumers', page: string, text: string}
 *         | {type: 'consumer', page: string, psid: string}
 *         | {type: 'history'}} AgentMessage
 */

/** @typedef {import('../kit/channel.js').Closed} Closed */

/** @extends {Channel<AgentMessage, DeskMessage>} */
export class DeskChannel extends Channel {
  /** @param {{message: (message: DeskMessage) => void, lost: () => void, closed: (why: Closed) => void}} listener */
  constructor(listener) {
    super('desk/v1', {}, listener);
  }
}
