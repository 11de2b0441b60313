import { html } from '../../vendor/lit.js';
import { pretty } from '../said.js';

/**
 * The call's record as the own API gives it, with what its business and the server measured.
 *
 * @param {import('../api.js').CallDetail | null} call
 */
export function recordView(call) {
  return html`
    <p class="hint">What <code class="wrap">GET /offhook/v1/calls/${call?.id}</code> answers.</p>
    <pre class="code whole" tabindex="0" aria-label="The call's record">${pretty(call)}</pre>
  `;
}
