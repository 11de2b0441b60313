import { html, nothing } from '../../vendor/lit.js';
import { pastCall } from './history.js';

/**
 * What was before with whom the agent talks, or who rings.
 *
 * @param {import('../app.js').DeskApp} app
 */
export function beforeView(app) {
  const { party, known, texts } = app;
  if (!party || known?.psid !== party.psid || known.page !== party.page) return nothing;
  const { name, calls } = known;
  if (!calls.length) return html`<p class="hint" id="before">${texts.say('before_none', { name })}</p>`;
  return html`
    <section class="card before" id="before" aria-labelledby="before-title">
      <h2 class="quiet" id="before-title">${texts.say('before', { name })}</h2>
      <ol>
        ${calls.slice(0, SHOWN).map((call) => html`<li class="entry past" data-call=${call.id}>${pastCall(app, call)}</li>`)}
      </ol>
    </section>
  `;
}

/** As many as an agent reads while it rings. */
const SHOWN = 5;
