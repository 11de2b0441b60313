import { html, nothing } from '../../vendor/lit.js';
import { to } from '../address.js';
import { copyButton } from '../copy.js';
import { pretty, span } from '../said.js';
import { SAMPLES } from '../samples.js';

/**
 * What came of a request.
 *
 * @param {import('../graph-api.js').Answer | null} answer
 */
export function answerView(answer) {
  if (!answer) {
    return html`
      <div class="answer">
        <h2>Answer</h2>
        <p class="hint">It stands here once you have sent the request.</p>
      </div>
    `;
  }
  const { status, tookMs, trace, fault, text, json } = answer;
  const call = json?.call_id ?? json?.id;
  return html`
    <div class="answer" role="status">
      <h2>Answer <span class="badge ${status < 400 ? 'good' : 'bad'}">${status}</span> <span class="hint">${span(tookMs)}</span></h2>
      <p class="hint">
        ${trace ? html`trace <span class="code">${trace}</span>` : nothing}
        ${fault ? html`<span class="badge warn">fault ${fault}</span>` : nothing}
        ${typeof call === 'string' && call.startsWith('c_') ? html`<a href=${to('calls', call)}>See the call</a>` : nothing}
      </p>
      <pre class="code" tabindex="0" aria-label="Answer">${pretty(text)}</pre>
    </div>
  `;
}

/**
 * The request as programs write it.
 *
 * @param {string} language the one that is shown
 * @param {string} program
 * @param {(language: string) => void} show
 */
export function sampleView(language, program, show) {
  return html`
    <div class="sample">
      <h2>The same from a program</h2>
      <p class="tabs small">
        ${Object.keys(SAMPLES).map((name) => html`<button aria-pressed=${name === language} @click=${() => show(name)}>${name}</button>`)}
        ${copyButton(program, 'Copy the program')}
      </p>
      <pre class="code" tabindex="0" aria-label=${language}>${program}</pre>
    </div>
  `;
}
