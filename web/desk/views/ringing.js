import { html, nothing, repeat } from '../../vendor/lit.js';
import '../../kit/call-clock.js';
import { icon } from '../../kit/icon.js';
import { initials } from '../../kit/initials.js';
import { KEYS } from '../keys.js';

/** @typedef {import('../app.js').DeskApp} App */
/** @typedef {import('../channel.js').DeskCall} DeskCall */

/**
 * What rings, the oldest call first.
 *
 * @param {App} app
 */
export function ringingView(app) {
  const { ringing } = app.phone.board;
  if (!ringing.length) return nothing;
  return html`
    <ul class="ringing" id="ringing" aria-label=${app.texts.say('ringing_count', { count: ringing.length })}>
      ${repeat(ringing, ({ id }) => id, (call) => rings(app, call))}
    </ul>
  `;
}

/**
 * @param {App} app
 * @param {DeskCall} call
 */
function rings(app, call) {
  const { texts, phone } = app;
  const isBusy = phone.state !== 'idle';
  const isFirst = phone.board.ringing[0] === call;
  return html`
    <li class="card rings" data-call=${call.id} data-handed=${call.agent !== null}>
      <span class="avatar small" aria-hidden="true">${initials(call.name)}</span>
      <div class="about" role="alert">
        <p class="who-rings"><bdi>${call.name}</bdi></p>
        <p class="quiet">${ringsWhere(app, call)} · <call-clock .since=${call.created_at}></call-clock></p>
      </div>
      <div class="answer">
        <button
          class="pill slim bad"
          data-do="refuse"
          aria-keyshortcuts=${isFirst ? KEYS.refuse : nothing}
          @click=${() => app.say({ type: 'refuse', call: call.id })}
        >
          ${texts.say('refuse')} ${isFirst ? html`<kbd aria-hidden="true">${KEYS.refuse}</kbd>` : nothing}
        </button>
        <button
          class="pill slim good"
          data-do="accept"
          aria-keyshortcuts=${isFirst ? KEYS.accept : nothing}
          ?disabled=${isBusy}
          @click=${() => phone.accept(call)}
        >
          ${icon('handset', 'pick-up')} ${texts.say('accept')} ${isFirst ? html`<kbd aria-hidden="true">${KEYS.accept}</kbd>` : nothing}
        </button>
      </div>
    </li>
  `;
}

/**
 * Which Page is called, or who hands the call over.
 *
 * @param {App} app
 * @param {DeskCall} call
 */
export function ringsWhere({ texts, pages, phone }, { page, agent }) {
  if (agent) {
    const from = phone.board.colleagues.find(({ id }) => id === agent);
    return texts.say('rings_from', { agent: from?.name ?? '' });
  }
  return texts.say('rings_in', { page: pages.find(({ id }) => id === page)?.name ?? '' });
}
