/**
 * How good the network is, by what the browser measures of a call's sound and of its way to the server.
 *
 * @typedef {'good' | 'fair' | 'poor'} Quality
 * @typedef {{received: number, lost: number, jitterS: number, roundTripS: number}} Measured counted from the call's start
 */

/**
 * Tells how the network is, at first when it has been watched for a moment and then whenever it changed, until the returned
 * function is called.
 *
 * @param {RTCPeerConnection} connection
 * @param {(quality: Quality) => void} tell
 * @returns {() => void}
 */
export function watchQuality(connection, tell) {
  /** @type {Measured | null} */
  let before = null;
  /** @type {Quality | null} */
  let told = null;
  const look = async () => {
    const now = measured(await connection.getStats());
    const quality = before && judge(before, now);
    before = now;
    if (quality && quality !== told && timer !== 0) tell((told = quality));
  };
  let timer = window.setInterval(() => look().catch(() => {}), EVERY_MS);
  return () => {
    clearInterval(timer);
    timer = 0;
  };
}

/**
 * Good: nobody notices. Poor: words are missing, or the two sides talk into each other's sentences (ITU-T G.114 wants at
 * most 150 ms one way, and calls 400 ms the limit).
 *
 * @param {Measured} before
 * @param {Measured} now
 * @returns {Quality}
 */
export function judge(before, now) {
  const lost = Math.max(0, now.lost - before.lost);
  const expected = lost + now.received - before.received;
  const loss = expected > 0 ? lost / expected : 0;
  if (loss > 0.1 || now.roundTripS > 0.8 || now.jitterS > 0.12) return 'poor';
  if (loss > 0.03 || now.roundTripS > 0.3 || now.jitterS > 0.05) return 'fair';
  return 'good';
}

/**
 * @param {RTCStatsReport} report
 * @returns {Measured}
 */
function measured(report) {
  const sum = { received: 0, lost: 0, jitterS: 0, roundTripS: 0 };
  report.forEach((stats) => {
    if (stats.type === 'inbound-rtp' && stats.kind === 'audio') {
      sum.received += stats.packetsReceived ?? 0;
      sum.lost += stats.packetsLost ?? 0;
      sum.jitterS = Math.max(sum.jitterS, stats.jitter ?? 0);
    }
    if (stats.type === 'candidate-pair' && stats.nominated) sum.roundTripS = Math.max(sum.roundTripS, stats.currentRoundTripTime ?? 0);
  });
  return sum;
}

const EVERY_MS = 2000;
