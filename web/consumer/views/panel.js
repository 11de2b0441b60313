import { html, nothing } from '../../vendor/lit.js';
import '../../kit/call-clock.js';
import { icon } from '../../kit/icon.js';
import { initials } from '../../kit/initials.js';
import '../../kit/level-meter.js';
import { speaker } from '../../kit/media/open-media.js';
import { picturesView } from '../../kit/pictures.js';
import { problemSentence } from '../../kit/problem-sentence.js';
import { stateSentence } from '../sentences.js';
import { showsCallButton } from '../settings.js';
import { controlsView } from './controls.js';

/** @typedef {import('../app.js').ConsumerApp} App */

/**
 * The call: coming, going, running, and for a moment how it ended.
 *
 * @param {App} app
 */
export function panelView(app) {
  const { phone, texts } = app;
  const isShown = phone.isLive || phone.state === 'ended' || phone.problem !== null;
  return html`
    <section class="panel" id="panel" tabindex="-1" data-state=${phone.state} aria-label=${texts.say('call')} ?hidden=${!isShown}>
      ${phone.isLive ? callHead(app) : nothing} ${picturesView(app)} ${partyView(app)}
      ${phone.problem === null ? nothing : html`<p class="problem" id="problem" role="alert">${problemSentence(texts, phone.problem)}</p>`}
      ${phone.isSoundBlocked
        ? html`<button class="pill primary" id="sound" @click=${() => app.unblockSound()}>${texts.say('sound_on')}</button>`
        : nothing}
      ${phone.state === 'ringing' ? answeringView(app) : nothing} ${phone.isLive && phone.state !== 'ringing' ? controlsView(app) : nothing}
      ${phone.isLive ? nothing : afterView(app)}
    </section>
  `;
}

/** What one may do when it is over. @param {App} app */
function afterView(app) {
  const { phone, texts, settings, isOnline } = app;
  return html`
    ${phone.state === 'ended' && showsCallButton(settings)
      ? html`<button class="link" id="call-again" ?disabled=${!settings.open || !isOnline} @click=${() => app.dial(false)}>
          ${texts.say('call_again')}
        </button>`
      : nothing}
    <button class="icon plain" id="dismiss" aria-label=${texts.say('close')} @click=${() => app.dismiss()}>${icon('close')}</button>
  `;
}

/** On a phone a call covers the conversation, and can be laid aside. @param {App} app */
function callHead(app) {
  const { texts, phone, isMinimised, isOnline } = app;
  const isBroken = phone.isBroken || !isOnline;
  const quality = isBroken ? 'poor' : phone.quality;
  const label = texts.say(isMinimised ? 'back_to_call' : 'minimise');
  return html`
    <div class="call-head">
      <button class="icon plain" id="minimise" aria-label=${label} aria-expanded=${!isMinimised} @click=${() => app.minimise(!isMinimised)}>${icon('down')}</button>
      ${quality
        ? html`<span class="network" id="network" role="status" data-quality=${quality}>
            ${icon(`network-${quality}`)} ${texts.say(isBroken ? 'reconnecting' : `network_${quality}`)}
          </span>`
        : nothing}
    </div>
  `;
}

/** @param {App} app */
function partyView({ phone, texts, pageName }) {
  const { state, since } = phone;
  return html`
    <div class="party">
      ${phone.isLive
        ? html`
            <level-meter class="halo" id="level-in" .node=${speaker.mix}>
              <span class="avatar" aria-hidden="true">${initials(pageName)}</span>
            </level-meter>
            <p class="name" dir="auto">${pageName}</p>
          `
        : nothing}
      <p class="state" id="state">${stateSentence(texts, phone)}</p>
      ${state === 'connected' ? html`<call-clock class="timer" id="timer" .since=${since}></call-clock>` : nothing}
    </div>
  `;
}

/** @param {App} app */
function answeringView({ phone, texts, settings }) {
  return html`
    <div class="actions" id="answering">
      <button class="round bad" id="decline" @click=${() => phone.decline()}>${icon('handset')}<span>${texts.say('decline')}</span></button>
      <button class="round good" id="accept" ?disabled=${phone.isOpening} @click=${() => phone.pickUp(false)}>
        ${icon('handset', 'pick-up')}<span>${texts.say('accept')}</span>
      </button>
      ${settings.video
        ? html`<button class="round good" id="accept-video" ?disabled=${phone.isOpening} @click=${() => phone.pickUp(true)}>
            ${icon('camera')}<span>${texts.say('accept_video')}</span>
          </button>`
        : nothing}
    </div>
  `;
}
