import { html, nothing, repeat } from '../../vendor/lit.js';
import '../../kit/call-clock.js';
import { icon } from '../../kit/icon.js';
import { initials } from '../../kit/initials.js';
import '../../kit/level-meter.js';
import { canShareScreen } from '../../kit/media/camera.js';
import { speaker } from '../../kit/media/open-media.js';
import { picturesView } from '../../kit/pictures.js';
import { problemSentence } from '../../kit/problem-sentence.js';
import { SpeakerChoice } from '../../kit/speaker-choice.js';
import { endSentence } from '../sentences.js';

/** @typedef {import('../app.js').DeskApp} App */
/** @typedef {import('../channel.js').DeskCall} DeskCall */

/**
 * The call that the agent has; without one, how the last ended.
 *
 * @param {App} app
 */
export function callView(app) {
  const { phone, texts } = app;
  const { state, call, problem } = phone;
  return html`
    <section class="panel" id="panel" data-state=${state} data-video=${phone.hasVideo}>
      ${problem === null ? nothing : html`<p class="problem" id="problem" role="alert">${problemSentence(texts, problem)}</p>`}
      ${app.isSilent
        ? html`<button class="pill primary" id="sound" @click=${() => app.unblockSound()}>${texts.say('sound_on')}</button>`
        : nothing}
      ${picturesView(app)} ${partyView(app)} ${call?.mine ? controlsView(app, call) : nothing}
      ${state === 'elsewhere' && call
        ? html`<button class="pill primary slim" id="take-here" @click=${() => phone.resume(call)}>${texts.say('take_here')}</button>`
        : nothing}
      ${app.note.draft && (!call || call.id === app.note.draft.call) ? noteView(app, app.note.draft) : nothing}
    </section>
  `;
}

/** @param {App} app */
function partyView({ phone, texts }) {
  const { state, call, quality, ending } = phone;
  const to = phone.board.colleagues.find(({ id }) => id === call?.to);
  const idle = () => (ending ? endSentence(texts, ending.how, ending.seconds) : texts.say(phone.board.free ? 'free_details_on' : 'free_details_off'));
  return html`
    <div class="party">
      ${call
        ? html`
            <level-meter class="halo" id="level-in" .node=${speaker.mix}>
              <span class="avatar" aria-hidden="true">${initials(call.name)}</span>
            </level-meter>
            <p class="name" dir="auto">${call.name}</p>
          `
        : nothing}
      <p class="state" id="state" role="status">${state === 'idle' ? idle() : texts.say(`state_${state}`)}</p>
      ${call?.since ? html`<call-clock class="timer" id="timer" .since=${call.since}></call-clock>` : nothing}
      ${call?.to ? html`<p class="hint" id="handing-over" role="status">${offered(texts, to)}</p>` : nothing}
      ${phone.untaken ? html`<p class="hint" id="not-taken" role="alert">${texts.say('not_taken', { agent: phone.untaken })}</p>` : nothing}
      ${call?.mine && quality
        ? html`<p class="network" id="network" data-quality=${quality}>${icon(`network-${quality}`)} ${texts.say(`network_${quality}`)}</p>`
        : nothing}
    </div>
  `;
}

/**
 * How it stands with the colleague to whom the call is handed over.
 *
 * @param {App['texts']} texts
 * @param {import('../channel.js').Colleague} [to] nobody: they have left
 */
function offered(texts, to) {
  if (!to) return texts.say('not_there');
  return texts.say(to.state === 'free' ? 'handing_over' : 'not_free', { agent: to.name });
}

/**
 * @param {App} app
 * @param {DeskCall} call
 */
function controlsView(app, call) {
  const { phone, texts } = app;
  const isCalling = call.state !== 'connected';
  return html`
    <div id="controls">
      <level-meter class="meter" id="level-out" aria-hidden="true" .node=${phone.voice}></level-meter>
      <div class="actions">
        ${isCalling ? nothing : talkView(app, call)}
        <button class="round bad" id="hang-up" @click=${() => phone.hangUp()}>
          ${icon('handset')}<span>${texts.say(isCalling ? 'cancel' : 'hang_up')}</span>
        </button>
      </div>
    </div>
  `;
}

/**
 * @param {App} app
 * @param {DeskCall} call
 */
function talkView(app, call) {
  const { phone, texts } = app;
  const { isMuted, camera, screen } = phone.outgoing;
  const isHeld = call.held_since !== null;
  const hasVideo = app.pages.find(({ id }) => id === call.page)?.video && !isHeld;
  const hold = () => app.say({ type: 'hold', call: call.id, on: !isHeld });
  return html`
    ${toggle('mute', 'microphone', texts.say('mute'), isMuted, () => phone.change('toggleMute'))}
    ${toggle('hold', 'hold', texts.say(isHeld ? 'resume' : 'hold'), isHeld, hold)}
    ${hasVideo ? toggle('camera', 'camera', texts.say('camera'), camera !== null, () => phone.change('toggleCamera')) : nothing}
    ${hasVideo && canShareScreen() ? toggle('screen', 'screen', texts.say('screen'), screen !== null, () => phone.change('toggleScreen')) : nothing}
    <button class="round" id="hand-over" popovertarget="colleagues-free">${icon('hand-over')}<span>${texts.say('hand_over')}</span></button>
    ${handOverView(app, call)}
    ${SpeakerChoice.isPossible
      ? html`<speaker-choice class="round" id="speaker" .speaker=${speaker} .label=${texts.say('speaker')}></speaker-choice>`
      : nothing}
  `;
}

/**
 * @param {string} id
 * @param {string} picture
 * @param {string} label
 * @param {boolean} isOn
 * @param {() => void} change
 */
function toggle(id, picture, label, isOn, change) {
  return html`<button class="round" id=${id} aria-pressed=${isOn} @click=${change}>${icon(picture)}<span>${label}</span></button>`;
}

/**
 * @param {App} app
 * @param {DeskCall} call
 */
function handOverView(app, call) {
  const { texts, phone } = app;
  const free = phone.board.colleagues.filter(({ state, pages }) => state === 'free' && pages.includes(call.page));
  const give = (/** @type {string} */ to) => {
    document.getElementById('colleagues-free')?.hidePopover();
    app.say({ type: 'hand_over', call: call.id, to });
  };
  return html`
    <div class="menu" id="colleagues-free" popover>
      <p class="hint">${texts.say(free.length ? 'hand_over_to' : 'nobody_free')}</p>
      ${repeat(
        free,
        ({ id }) => id,
        ({ id, name }) => html`<button class="row" data-agent=${id} @click=${() => give(id)}><bdi>${name}</bdi></button>`,
      )}
    </div>
  `;
}

/**
 * @param {App} app
 * @param {import('../note.js').Draft} draft
 */
function noteView(app, { name, text }) {
  const { texts, note } = app;
  const write = (/** @type {Event} */ { target }) => {
    note.write(/** @type {HTMLTextAreaElement} */ (target).value);
    app.requestUpdate();
  };
  const save = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    note.save();
    app.requestUpdate();
  };
  return html`
    <form class="note" @submit=${save}>
      <label class="field">
        <span>${texts.say('note', { name })}</span>
        <textarea class="box" id="note" rows="2" maxlength="2000" required .value=${text} ?readonly=${note.isSaving} @input=${write}></textarea>
      </label>
      <button class="pill slim" id="save-note" ?disabled=${note.isSaving}>${texts.say('note_save')}</button>
      <p class="hint" role="status">${note.isSaved ? texts.say('note_saved') : ''}</p>
    </form>
  `;
}
