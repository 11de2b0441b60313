import { html, nothing, repeat } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { callSentence } from '../sentences.js';
import { showsCallButton } from '../settings.js';
import { beginsDay } from '../thread.js';

/** @typedef {import('../app.js').ConsumerApp} App */

/**
 * The calls of the conversation, over it.
 *
 * @param {App} app
 */
export function historyView(app) {
  const { texts, thread } = app;
  const calls = thread.calls();
  return html`
    <dialog class="sheet" id="history" aria-labelledby="history-title">
      <header>
        <h2 id="history-title">${texts.say('history')}</h2>
        <button class="icon plain" aria-label=${texts.say('close')} @click=${close}>${icon('close')}</button>
      </header>
      ${calls.length === 0 ? html`<p class="hint">${texts.say('history_empty')}</p>` : nothing}
      <ol>
        ${repeat(calls, ({ id }) => id, (call, index) => row(app, call, calls[index - 1]))}
      </ol>
    </dialog>
  `;
}

/**
 * @param {App} app
 * @param {import('../thread.js').PastCall} call
 * @param {import('../thread.js').PastCall} [before] it in the list
 */
function row(app, call, before) {
  const { texts, settings, phone, pageName, isOnline } = app;
  const { at, kind } = call;
  const isOut = kind.direction === 'user_initiated';
  const again = (/** @type {Event} */ event) => {
    close(event);
    app.dial(false);
  };
  return html`
 ${beginsDay(call, before) ? html`<li class="day">${texts.day(at)}</li>` : nothing}
    <li class="past-call" data-outcome=${kind.outcome}>
      ${icon(isOut ? 'outgoing' : 'incoming')}
      <div>
        <p>${callSentence(texts, kind)}</p>
        <p class="quiet">
          ${isOut ? texts.say('call_out') : texts.say('call_in', { name: pageName })} ·
          <time datetime=${new Date(at).toISOString()}>${texts.time(at)}</time>
        </p>
      </div>
      ${showsCallButton(settings)
        ? html`<button class="icon" aria-label=${texts.say('call_again')} ?disabled=${!settings.open || phone.isLive || !isOnline} @click=${again}>
            ${icon('handset', 'pick-up')}
          </button>`
        : nothing}
    </li>
  `;
}

/** @param {Event} event */
function close(event) {
  /** @type {HTMLElement} */ (event.currentTarget).closest('dialog')?.close();
}
