import { span, words } from './said.js';

/**
 * An entry of a call's timeline in words, and between whom it was.
 *
 * @typedef {'endpoint' | 'business' | 'server' | 'consumer'} Lane
 * @typedef {'signalling' | 'webhook' | 'media' | 'report'} Group
 * @typedef {{side: string, number: number, span_ms: number, bits_per_second_in: number, bits_per_second_out: number,
 *            loss_ratio_in: number | null, loss_ratio_out: number | null, jitter_in_ms: number | null, jitter_out_ms: number | null,
 *            round_trip_ms: number | null}} LegReport
 * @typedef {{at_us: number, kind: string} & Record<string, any>} Entry
 * @typedef {{from: Lane, to: Lane, what: string, group: Group, isTrouble: boolean, isState: boolean}} Said where `from` is `to`
 *   it happened there
 */

/** @type {Lane[]} */
export const LANES = ['endpoint', 'business', 'server', 'consumer'];

/** @type {Record<Lane, string>} */
export const LANE_NAMES = { endpoint: 'Webhook endpoint', business: 'Business', server: 'Offhook', consumer: 'Consumer' };

/**
 * @param {Entry} entry
 * @returns {Said}
 */
export function said(entry) {
  switch (entry.kind) {
    case 'request':
      return arrow('business', 'server', `${entry.method} ${entry.path}${entry.action ? ` · ${entry.action}` : ''}`);
    case 'answer':
      return { ...arrow('server', 'business', answerSaid(entry)), isTrouble: entry.status >= 400 };
    case 'state':
      return { ...at('server', stateSaid(entry)), isState: true, isTrouble: entry.status === 'Failed' };
    case 'device_said':
      return arrow('consumer', 'server', messageSaid(entry));
    case 'device_told':
      return { ...arrow('server', 'consumer', messageSaid(entry)), isTrouble: entry.message?.type === 'error' };
    case 'agent_said':
      return arrow('business', 'server', agentSaid(entry));
    case 'agent_told':
      return { ...arrow('server', 'business', agentSaid(entry)), isTrouble: entry.message?.type === 'error' };
    case 'webhook':
      return { ...arrow('server', 'endpoint', webhookSaid(entry), 'webhook'), isTrouble: !isTaken(entry.status) };
    case 'sdp':
      return fromParty(entry.side, entry.author === 'party', sdpSaid(entry), 'signalling');
    case 'report':
      return at('server', `report of ${entry.legs.map((/** @type {LegReport} */ { side }) => side).join(' and ')} leg`, 'report');
    case 'fault':
      return { ...at('server', `fault ${entry.fault}: ${entry.detail}`), isTrouble: true };
    case 'clock_turned':
      return at('server', `clock turned by ${span(Math.abs(entry.by_ms))}${entry.by_ms < 0 ? ' back' : ''}`);
    case 'left_out':
      return at('server', `${entry.entries} entries left out: there were too many`);
    default:
      return legSaid(entry);
  }
}

/** @param {Entry} entry */
function legSaid({ kind, side, ...entry }) {
  const party = side === 'consumer' ? 'consumer' : 'business';
  switch (kind) {
    case 'ice_checked':
      return fromParty(side, true, `ICE check from ${way(entry.path)}`);
    case 'ice_selected':
      return fromParty(side, false, `ICE path ${way(entry.path)}`);
    case 'dtls_begun':
      return fromParty(side, true, 'DTLS begins');
    case 'dtls_connected':
      return at(party, `${entry.version.startsWith('DTLS') ? '' : 'DTLS '}${entry.version} connected, ${entry.srtp_profile}`, 'media');
    case 'dtls_closed':
      return fromParty(side, true, 'DTLS closed');
    case 'first_packet':
      return fromParty(side, true, `first packet of ${words(entry.track)}`);
    case 'key':
      return fromParty(side, true, `${entry.key ? `key ${entry.key}` : 'a key'} pressed for ${entry.held_ms} ms`);
    case 'leg_lost':
      return { ...at(party, `leg lost: ${words(entry.why)}`, 'media'), isTrouble: true };
    default:
      return at('server', words(kind));
  }
}

/**
 * Why a step failed, in the words of who refused it; empty if it did not, or nobody said.
 *
 * @param {Entry} entry
 * @returns {string}
 */
export function why({ kind, status, response, fault, body }) {
  if (kind === 'webhook' && !isTaken(status)) return [fault && `Struck by the fault ${fault}.`, response].filter(Boolean).join(' ');
  if (kind === 'answer' && status >= 400) return body?.error?.error_data?.offhook?.detail ?? body?.error?.message ?? '';
  return '';
}

/**
 * What a webhook is about: `connect`, `call_status RINGING`, `terminate`, `message`, …
 *
 * @param {any} body
 */
export function eventOf(body) {
  const entry = body?.entry?.[0];
  const call = entry?.calls?.[0];
  if (typeof call?.event === 'string') {
    const status = [call.call_status, call.status].find((text) => typeof text === 'string');
    return status ? `${call.event} ${status}` : call.event;
  }
  const message = entry?.messaging?.[0];
  if (message?.message) return 'message';
  if (message?.postback) return 'postback';
  return ['call_permission_reply', 'call_settings'].find((name) => entry?.[name] !== undefined) ?? 'webhook';
}

/** @param {number | null | undefined} status */
export function isTaken(status) {
  return typeof status === 'number' && status >= 200 && status < 300;
}

/** @param {Entry} entry */
function answerSaid({ status, error, took_ms }) {
  return `${status}${error ? ` ${error}` : ''} · ${span(took_ms)}`;
}

/** @param {Entry} entry */
function stateSaid({ state, reason, device }) {
  if (reason) return `${state}: ${words(reason)}`;
  return device ? `${state} on ${device}` : state;
}

/** @param {Entry} entry */
function messageSaid({ device, message }) {
  const told = [message?.type, message?.error, message?.detail].filter((text) => typeof text === 'string');
  return `${told.join(', ')} · ${device}`;
}

/** A message of the desk, with what makes it plain. @param {Entry} entry */
function agentSaid({ agent_id, device, message }) {
  const told = [message?.type, message?.error, message?.detail].filter((text) => typeof text === 'string');
  return `${told.join(', ')}${atDesk(message)} · agent ${agent_id}, ${device}`;
}

/** @param {any} message */
function atDesk(message) {
  switch (message?.type) {
    case 'hold':
      return message.on ? '' : ', off';
    case 'hand_over':
      return ` to ${message.to}`;
    case 'board':
      return `, ${message.ringing ? 'rings' : boardSaid(message.call ?? {})}`;
    default:
      return '';
  }
}

/** @param {any} call */
function boardSaid({ state, mine, held_since, to }) {
  if (to) return 'handed over';
  if (held_since) return 'on hold';
  return mine ? words(state) : 'at another device';
}

/** @param {Entry} entry */
function webhookSaid({ body, attempt, status, took_ms }) {
  const again = attempt > 1 ? `, try ${attempt}` : '';
  return `${eventOf(body)}${again} → ${status ?? 'no answer'} · ${span(took_ms)}`;
}

/** @param {Entry} entry */
function sdpSaid({ role, text, changes }) {
  const again = changes ? (changes.length === 0 ? ', as before' : ', changed') : '';
  return `SDP ${role}, ${text.trimEnd().split('\n').length} lines${again}`;
}

/** @param {import('./api.js').Path} path */
function way({ remote, transport }) {
  return `${remote} (${transport})`;
}

/**
 * @param {Lane} from
 * @param {Lane} to
 * @param {string} what
 * @param {Group} [group]
 * @returns {Said}
 */
function arrow(from, to, what, group = 'signalling') {
  return { from, to, what, group, isTrouble: false, isState: false };
}

/**
 * @param {string} side
 * @param {boolean} isFrom
 * @param {string} what
 * @param {Group} [group]
 */
function fromParty(side, isFrom, what, group = 'media') {
  const party = side === 'consumer' ? 'consumer' : 'business';
  return isFrom ? arrow(party, 'server', what, group) : arrow('server', party, what, group);
}

/**
 * @param {Lane} lane
 * @param {string} what
 * @param {Group} [group]
 */
function at(lane, what, group = 'signalling') {
  return arrow(lane, lane, what, group);
}
