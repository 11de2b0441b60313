import { html, nothing } from '../../vendor/lit.js';
import { to } from '../address.js';
import { own } from '../api.js';
import { span, time } from '../said.js';
import { isTaken } from '../timeline.js';

/** @typedef {import('../view.js').View & {endpoints: import('../api.js').Endpoint[], probes: Map<string, string>}} Owner */

/**
 * Where webhooks go, how well they are taken there, and what can be done about it.
 *
 * @param {Owner} owner
 */
export function endpointsView(owner) {
  if (owner.endpoints.length === 0) return nothing;
  return html`
    <ul class="endpoints">
      ${owner.endpoints.map((endpoint) => {
        const { app_id, callback_url, health, since, failing_since } = endpoint;
        return html`
          <li class="card">
            <p>
              <span class="badge ${failing_since && health === 'healthy' ? 'warn' : (TONES[health] ?? '')}">${health}</span>
              <span class="hint">since ${time(since)}${failing_since ? html`; it takes no webhook since ${time(failing_since)}` : nothing}</span>
            </p>
            <p class="cut code">${callback_url}</p>
            <p class="hint">of app <a class="code" href=${to('apps', app_id)}>${app_id}</a></p>
            <p class="buttons">
              <button class="pill slim" ?disabled=${owner.isBusy} @click=${() => probe(owner, app_id)}>Try it</button>
              ${health === 'healthy' ? nothing : html`<button class="pill slim" ?disabled=${owner.isBusy} @click=${() => resume(owner, app_id)}>Resume</button>`}
            </p>
            <p class="hint" role="status">${owner.probes.get(app_id) ?? ''}</p>
          </li>
        `;
      })}
    </ul>
  `;
}

/**
 * @param {Owner} owner
 * @param {string} app
 */
function probe(owner, app) {
  return owner.attempt(async () => {
    const { handshake, status, took_ms, response } = await own('POST', `endpoints/${app}/probe`);
    const signed = `A signed webhook: ${status ?? 'no answer'} in ${span(took_ms)}${isTaken(status) || !response ? '' : ` (${response})`}.`;
    owner.probes.set(app, handshake ? `The handshake failed: ${handshake}. ${signed}` : `The handshake holds. ${signed}`);
  });
}

/**
 * @param {Owner} owner
 * @param {string} app
 */
function resume(owner, app) {
  return owner.attempt(async () => {
    await own('POST', `endpoints/${app}/resume`);
    await owner.read();
  }, 'What was owed goes out from now on.');
}

/** @type {Record<string, string>} */
const TONES = { healthy: 'good', failing: 'warn', paused: 'bad', gone: 'bad' };
