/** Connects to the server's media ports as a call would, and tells the doctor, who served this page, what came of it. */

/** How long a connection may take; a browser gives up checks after about as long. */
const PATIENCE_MS = 15_000;

for (const transport of ['udp', 'tcp']) {
  const shown = /** @type {HTMLElement} */ (document.getElementById(transport));
  shown.textContent = 'connects';
  const came = await reach(transport).catch((error) => ({ reached: false, detail: String(error) }));
  shown.textContent = came.detail;
  shown.dataset.reached = String(came.reached);
  await post('results', { transport, ...came });
}
/** @type {HTMLElement} */ (document.getElementById('done')).hidden = false;

/**
 * @param {string} transport
 * @returns {Promise<{reached: boolean, detail: string}>}
 */
async function reach(transport) {
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  try {
    connection.addTransceiver('audio', { direction: 'recvonly' });
    await connection.setLocalDescription();
    const { sdp } = /** @type {RTCSessionDescription} */ (connection.localDescription);
    const { answer, candidates } = await post('offers', { transport, sdp });
    if (candidates === 0) return { reached: false, detail: 'the server offers no address for it' };
    await connection.setRemoteDescription({ type: 'answer', sdp: answer });
    const began = performance.now();
    await settled(connection);
    if (connection.connectionState !== 'connected') {
      return { reached: false, detail: `no connection: ICE ${connection.iceConnectionState}, DTLS not done` };
    }
    const took = Math.round(performance.now() - began);
    return { reached: true, detail: `connected in ${took} ms: ${await pair(connection)}` };
  } finally {
    connection.close();
  }
}

/**
 * Until the connection is made, has failed, or has taken too long.
 *
 * @param {RTCPeerConnection} connection
 */
function settled(connection) {
  return new Promise((resolve) => {
    connection.onconnectionstatechange = () => {
      if (['connected', 'failed'].includes(connection.connectionState)) resolve(undefined);
    };
    setTimeout(resolve, PATIENCE_MS);
  });
}

/**
 * The candidate pair that works.
 *
 * @param {RTCPeerConnection} connection
 */
async function pair(connection) {
  const stats = new Map(/** @type {any} */ (await connection.getStats()));
  const transport = [...stats.values()].find(({ type }) => type === 'transport');
  const chosen = stats.get(transport?.selectedCandidatePairId);
  if (!chosen) return 'the pair is not told';
  const [local, remote] = [stats.get(chosen.localCandidateId), stats.get(chosen.remoteCandidateId)];
  return `${local.candidateType} to ${remote.address}:${remote.port} (${local.protocol})`;
}

/**
 * @param {string} path
 * @param {object} body
 */
async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}
