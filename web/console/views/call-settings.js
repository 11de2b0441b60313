import { html, nothing } from '../../vendor/lit.js';
import { VERSION, graph } from '../graph-api.js';
import { View, filledIn } from '../view.js';

/**
 * @typedef {{day_of_week: string, open_time: string, close_time: string}} Hours
 * @typedef {{audio_enabled?: boolean, icon_enabled?: boolean, video_enabled?: boolean, call_routing?: {ring_target: string},
 *            call_hours?: {timezone_id: string, weekly_operating_hours: Hours[]}}} Settings
 */

/** `<offhook-call-settings>`: a Page's call settings, as its app reads and changes them. */
class CallSettings extends View {
  static properties = { page: { attribute: false }, apps: { attribute: false } };

  constructor() {
    super();
    this.page = '';
    /** @type {import('../api.js').App[]} */
    this.apps = [];
  }

  /** @type {Settings | null} */
  settings = null;

  get #path() {
    return `${VERSION}/${this.page}/messenger_call_settings`;
  }

  async read() {
    if (this.apps.length === 0) return;
    const answer = await graph(this.page, this.apps[0].id, { method: 'GET', path: this.#path });
    this.settings = answer.data?.[0] ?? answer;
  }

  render() {
    if (this.apps.length === 0) return html`<p class="empty">Call settings are an app’s to read and change. Make an app first.</p>`;
    if (!this.settings)
      return html`${this.notices()}
        <p class="empty" aria-busy="true">Reading …</p>`;
    const { call_routing, call_hours } = this.settings;
    return html`
      ${this.notices()}
      <form class="stack" @submit=${(/** @type {Event} */ event) => this.#save(event)}>
        ${SWITCHES.map(
          ([name, words]) => html`
            <label class="switch"
              ><input type="checkbox" role="switch" name=${name} .checked=${this.settings?.[name] ?? false} /><span>${words}</span></label
            >
          `,
        )}
        <label class="field">
          <span>Who is rung by consumers</span>
          <select class="box" name="ring_target">
            ${['PARTNERS', 'META'].map((target) => html`<option value=${target} ?selected=${call_routing?.ring_target === target}>${RING_TARGETS[target]}</option>`)}
          </select>
        </label>
        <label class="field"
          ><span>Time zone of the hours</span
          ><input class="box" name="timezone" list="zones" .value=${call_hours?.timezone_id ?? ''} placeholder="Africa/Nairobi"
        /></label>
        <datalist id="zones">${Intl.supportedValuesOf('timeZone').map((zone) => html`<option value=${zone}></option>`)}</datalist>
        <label class="field">
          <span>Hours in which consumers may call, one a line; ${call_hours ? 'other days are closed' : 'now at all hours'}</span>
          <textarea
            class="box code"
            name="hours"
            rows="7"
            placeholder="MONDAY 0900-1700"
            .value=${(call_hours?.weekly_operating_hours ?? []).map(written).join('\n')}
          ></textarea>
        </label>
        <button class="pill slim primary" ?disabled=${this.isBusy}>Save</button>
        ${call_hours ? nothing : html`<p class="hint">Without a time zone the hours stay as they are.</p>`}
      </form>
    `;
  }

  /** @param {Event} event */
  #save(event) {
    const { ring_target, timezone, hours, ...switches } = filledIn(event);
    return this.attempt(async () => {
      const call_hours = timezone ? { call_hours: { timezone_id: timezone, weekly_operating_hours: read(hours) } } : {};
      const body = { ...switches, call_routing: { ring_target }, ...call_hours };
      await graph(this.page, this.apps[0].id, { method: 'POST', path: this.#path, body });
      await this.read();
    }, 'Saved. Consumers see it at once.');
  }
}

customElements.define('offhook-call-settings', CallSettings);

/** @param {Hours} hours */
function written({ day_of_week, open_time, close_time }) {
  return `${day_of_week} ${open_time}-${close_time}`;
}

/** @param {string} text @returns {Hours[]} */
function read(text) {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.map((line) => {
    const [, day, open, close] = /^(\w+)\s+(\d\d:?\d\d)\s*-\s*(\d\d:?\d\d)$/.exec(line) ?? [];
    if (!day) throw new Error(`Write hours as MONDAY 0900-1700; “${line}” is not.`);
    return { day_of_week: day.toUpperCase(), open_time: open.replace(':', ''), close_time: close.replace(':', '') };
  });
}

/** @type {['audio_enabled' | 'icon_enabled' | 'video_enabled', string][]} */
const SWITCHES = [
  ['audio_enabled', 'Calls are on'],
  ['icon_enabled', 'The conversation has a call button'],
  ['video_enabled', 'With video'],
];

/** @type {Record<string, string>} */
const RING_TARGETS = { PARTNERS: 'Apps, by webhook (PARTNERS)', META: 'The Page’s own inbox (META)' };
