/** @typedef {import('./timeline.js').Entry} Entry */

/**
 * What is amiss with a call, by what did not happen: a timeline shows only what did. Each is a sentence that says what to look at.
 *
 * @param {Entry[]} entries
 * @param {number} nowUs
 * @returns {string[]}
 */
export function amiss(entries, nowUs) {
  const untilUs = entries.find(isEnd)?.at_us ?? nowUs;
  return SIDES.flatMap((side) => ofLeg(entries, side, untilUs) ?? []);
}

/**
 * The first thing that a leg waits for.
 *
 * @param {Entry[]} entries
 * @param {string} side
 * @param {number} untilUs
 * @returns {string | null}
 */
function ofLeg(entries, side, untilUs) {
  const own = entries.filter((entry) => entry.side === side);
  const first = (/** @type {string} */ kind) => own.find((entry) => entry.kind === kind);
  const answered = own.find(({ kind, author, role }) => kind === 'sdp' && author === 'server' && role === 'answer');
  if (!answered || first('leg_lost')) return null;
  const isOverdue = (/** @type {Entry} */ { at_us }) => untilUs - at_us > PATIENCE_US;
  const tell = (/** @type {Entry} */ since, /** @type {string} */ sentence) => (isOverdue(since) ? sentence : null);
  const [checked, begun, connected] = ['ice_checked', 'dtls_begun', 'dtls_connected'].map(first);
  if (!checked) return tell(answered, `No ICE check of the ${side} came ${WITHIN} of the SDP answer. ${NO_CHECK}`);
  if (!begun) return tell(checked, `The ${side} checks by ICE, but began no DTLS ${WITHIN}. ${NO_DTLS}`);
  if (!connected) return tell(begun, `The ${side}’s DTLS handshake did not end ${WITHIN}. ${NO_END}`);
  const talks = entries.find(({ kind, state }) => kind === 'state' && state === 'connected');
  if (!talks) return null;
  const later = talks.at_us > connected.at_us ? talks : connected;
  if (!first('first_packet')) return tell(later, `The ${side} sent no media ${WITHIN}: the other side hears nothing. ${unsent(own)}`);
  return hasStopped(entries, side) ? `The ${side} sends no media any more: the other side hears nothing. ${STOPPED}` : null;
}

/** What the party's SDP says about whether it sends. @param {Entry[]} own */
function unsent(own) {
  const text = own.findLast(({ kind, author }) => kind === 'sdp' && author === 'party')?.text ?? '';
  const direction = /^a=(sendonly|recvonly|inactive)\r?$/m.exec(text)?.[1];
  if (direction === 'recvonly' || direction === 'inactive') return `Its SDP says a=${direction}: add a track before the offer is made.`;
  return 'Its SDP says that it would: is its microphone open, and its track added and not muted?';
}

/**
 * By the last two reports: one alone may have begun in the middle.
 *
 * @param {Entry[]} entries
 * @param {string} side
 */
function hasStopped(entries, side) {
  const reports = entries.filter(({ kind }) => kind === 'report').slice(-2);
  const legs = reports.map((report) => report.legs.findLast((/** @type {any} */ leg) => leg.side === side));
  return legs.length === 2 && legs.every((leg) => leg?.packets_in === 0);
}

/** @param {Entry} entry */
function isEnd({ kind, state }) {
  return kind === 'state' && state === 'ended';
}

const SIDES = ['business', 'consumer'];
/** How long media may take to come about before something is amiss. */
const PATIENCE_US = 3_000_000;
const WITHIN = `within ${PATIENCE_US / 1_000_000} s`;

const NO_CHECK =
  'Its client has not applied the SDP answer, or nothing from its network reaches the candidates in that answer: let UDP, or TCP, through to them.';
const NO_DTLS = 'Its client has to begin, as the a=setup of the SDP answer says.';
const NO_END = 'Its packets or the answers to them are lost on the way: does a firewall drop large UDP packets?';
const STOPPED = 'Is its track muted or ended, or its network gone?';
