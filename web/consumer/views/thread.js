import { html, nothing, repeat } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { beginsDay, beginsRun } from '../thread.js';
import { contentView } from './entry.js';

/** @typedef {import('../app.js').ConsumerApp} App */

/**
 * The conversation so far.
 *
 * @param {App} app
 */
export function threadView(app) {
  const { texts, thread, pageName } = app;
  const { entries } = thread;
  return html`
    <div id="entries" role="log" aria-label=${texts.say('messages')} tabindex="0">
      ${entries.length === 0 && pageName ? html`<p class="beginning">${texts.say('thread_begins', { name: pageName })}</p>` : nothing}
      <ol>
        ${repeat(
          entries,
          ({ id }) => id,
          (entry, index) => entryView(app, entry, entries[index - 1]),
        )}
      </ol>
    </div>
  `;
}

/**
 * @param {App} app
 * @param {import('../thread.js').Entry} entry
 * @param {import('../thread.js').Entry} [before]
 */
function entryView(app, entry, before) {
  const { at, from, id, kind } = entry;
  return html`
    ${beginsDay(entry, before) ? html`<li class="day">${app.texts.day(at)}</li>` : nothing}
    <li class="entry" data-from=${from} data-kind=${kind.type} data-entry=${id} data-begins-run=${beginsRun(entry, before)}>
      ${contentView(app, entry)}
      <time datetime=${new Date(at).toISOString()}>${app.texts.time(at)}</time>
    </li>
  `;
}

/**
 * That the business may call, and the way to take that back.
 *
 * @param {App} app
 */
export function permissionView(app) {
  const { texts, permission } = app;
  if (!permission.granted || permission.expires_at === null) return nothing;
  return html`
    <p class="permission" id="permission">
      <span>${texts.say('permission_until', { name: app.pageName, day: texts.day(permission.expires_at) })}</span>
      <button class="link" id="revoke" ?disabled=${!app.isOnline} @click=${() => app.say({ type: 'revoke_permission' })}>${texts.say('take_back')}</button>
    </p>
  `;
}

/**
 * Where one writes.
 *
 * @param {App} app
 */
export function composeView(app) {
  const { texts } = app;
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const box = /** @type {HTMLTextAreaElement} */ (app.querySelector('#text'));
    if (box.value.trim() && app.write(box.value.trim())) box.value = '';
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  };
  return html`
    ${app.isUnsent ? html`<p class="problem" id="unsent" role="alert">${texts.say('not_sent')}</p>` : nothing}
    <form id="compose" @submit=${submit}>
      <textarea
        class="box"
        id="text"
        rows="1"
        dir="auto"
        aria-label=${texts.say('message')}
        placeholder=${texts.say('message')}
        autocomplete="off"
        enterkeyhint="send"
        maxlength="2000"
        @keydown=${key}
      ></textarea>
      <button class="icon" id="send" aria-label=${texts.say('send')}>${icon('send')}</button>
    </form>
  `;
}
