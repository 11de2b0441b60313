import { html, nothing, repeat } from '../../vendor/lit.js';
import { inUtc } from '../../kit/clock.js';
import { icon } from '../../kit/icon.js';
import { endSentence } from '../sentences.js';
import { callButton } from './call-button.js';

/** @typedef {import('../app.js').DeskApp} App */
/** @typedef {import('../channel.js').PastCall} PastCall */

/**
 * The newest calls of the agent's Pages, with what was noted about them.
 *
 * @param {App} app
 */
export function historyView(app) {
  const { history, texts } = app;
  if (history?.length === 0) return html`<p class="hint nothing">${texts.say('history_none')}</p>`;
  return html`
    <ol id="history">
      ${repeat(history ?? [], ({ id }) => id, (call) => row(app, call))}
    </ol>
  `;
}

/**
 * @param {App} app
 * @param {PastCall} call
 */
function row(app, call) {
  return html`
    <li class="entry past" data-call=${call.id} data-missed=${isMissed(call)}>
      ${pastCall(app, call)}
      ${call.reason === null ? nothing : callButton(app, call)}
    </li>
  `;
}

/**
 * A call as it is told in a list, with what was noted about it.
 *
 * @param {App} app
 * @param {PastCall} call
 */
export function pastCall({ texts, pages }, call) {
  const { name, at, incoming, reason, seconds, agent, notes } = call;
  const page = pages.length > 1 ? pages.find((one) => one.id === call.page)?.name : undefined;
  return html`
    ${icon(incoming ? 'incoming' : 'outgoing')}
    <div class="about">
      <p class="entry-name"><bdi>${name}</bdi></p>
      <p class="quiet">
        ${texts.say(incoming ? 'incoming' : 'outgoing')} ·
        <time datetime=${new Date(at).toISOString()} title=${inUtc(at)}>${texts.dayAndTime(at)}</time> ·
        ${reason ? endSentence(texts, reason, seconds) : texts.say('call_now')} ${agent ? html`· ${texts.say('call_by', { agent })}` : nothing}
        ${page ? html`· <bdi>${page}</bdi>` : nothing}
      </p>
      ${notes.map(({ author, text }) => html`<div class="noted"><p class="quiet"><bdi>${author}</bdi></p><p dir="auto">${text}</p></div>`)}
    </div>
  `;
}

/** @param {PastCall} call */
function isMissed({ incoming, reason, seconds }) {
  return incoming && reason !== null && seconds === null;
}
