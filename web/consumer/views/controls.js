import { html, nothing } from '../../vendor/lit.js';
import { icon } from '../../kit/icon.js';
import { canShareScreen } from '../../kit/media/camera.js';
import { SpeakerChoice } from '../../kit/speaker-choice.js';
import { speaker } from '../../kit/media/open-media.js';

/** @typedef {import('../app.js').ConsumerApp} App */

/**
 * The buttons of a call. While it only calls out there is nothing to change yet.
 *
 * @param {App} app
 */
export function controlsView(app) {
  const { phone, texts } = app;
  const isCalling = phone.state === 'calling';
  return html`
    ${app.isKeypadOpen ? keypadView(app) : nothing}
    <div id="controls">
      <level-meter class="meter" id="level-out" aria-hidden="true" .node=${phone.voice}></level-meter>
      <div class="actions">
        ${isCalling ? nothing : changesView(app)}
        <button class="round bad" id="hang-up" @click=${() => phone.hangUp()}>
          ${icon('handset')}<span id="hang-up-label">${texts.say(isCalling ? 'cancel' : 'hang_up')}</span>
        </button>
      </div>
    </div>
  `;
}

/** @param {App} app */
function changesView(app) {
  const { phone, settings, texts } = app;
  const { isMuted, camera, screen, canFlip } = phone.outgoing;
  const mayShow = settings.video || camera !== null;
  return html`
    ${toggle('mute', 'microphone', texts.say('mute'), isMuted, () => phone.change('toggleMute'))}
    ${mayShow ? toggle('camera', 'camera', texts.say('camera'), camera !== null, () => phone.change('toggleCamera')) : nothing}
    ${canFlip
      ? html`<button class="round" id="flip" @click=${() => phone.change('flip')}>${icon('flip')}<span>${texts.say('flip')}</span></button>`
      : nothing}
    ${canShareScreen() && settings.video
      ? toggle('screen', 'screen', texts.say('screen'), screen !== null, () => phone.change('toggleScreen'))
      : nothing}
    <button class="round" id="keypad-toggle" aria-expanded=${app.isKeypadOpen} aria-controls="keypad" @click=${() => toggleKeypad(app)}>
      ${icon('keypad')}<span>${texts.say('keypad')}</span>
    </button>
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

/** @param {App} app */
function toggleKeypad(app) {
  app.isKeypadOpen = !app.isKeypadOpen;
  app.requestUpdate();
}

/** @param {App} app */
function keypadView({ phone, texts }) {
  return html`
    <div class="keypad" id="keypad" role="group" aria-label=${texts.say('keypad')}>
      <output id="pressed" aria-label=${texts.say('keys_pressed')}>${phone.pressed}</output>
      ${KEYS.map((key) => html`<button data-key=${key} aria-label=${keyName(texts, key)} @click=${() => phone.press(key)}>${key}</button>`)}
    </div>
  `;
}

/**
 * @param {import('../sentences.js').Texts} texts
 * @param {string} key
 */
function keyName(texts, key) {
  if (key === '*') return texts.say('key_star');
  return key === '#' ? texts.say('key_hash') : key;
}

const KEYS = [...'123456789*0#'];
