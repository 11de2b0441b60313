import { element, showProblem } from './page.js';

/**
 * @typedef {import('./graph.js').Graph} Graph
 * @typedef {import('./graph.js').Hours} Hours
 * @typedef {import('./graph.js').PageSettings} PageSettings
 */

/** The Page's call settings as switches; each change is sent as it is made. */
export class SettingsForm {
  #graph;

  /** @param {Graph} graph */
  constructor(graph) {
    this.#graph = graph;
    for (const name of SWITCHES) {
      box(name).addEventListener('change', () => this.#change({ [name]: box(name).checked }));
    }
    hours().addEventListener('change', () => this.#change({ call_hours: hoursOf(hours().value) }));
    routing().addEventListener('change', () => this.#change({ call_routing: { ring_target: target(routing().value) } }));
  }

  /** Shows what holds at the server. */
  async load() {
    const { call_hours, call_routing, ...switches } = await this.#graph.settings();
    for (const name of SWITCHES) box(name).checked = switches[name];
    hours().value = nameOf(call_hours);
    routing().value = call_routing?.ring_target ?? 'PARTNERS';
  }

  /** @param {Partial<PageSettings>} settings */
  async #change(settings) {
    try {
      await this.#graph.changeSettings(settings);
      showProblem(undefined, 'settings-problem');
    } catch (error) {
      showProblem(error, 'settings-problem');
    }
    await this.load();
  }
}

/** @type {('audio_enabled' | 'video_enabled' | 'icon_enabled')[]} */
const SWITCHES = ['audio_enabled', 'video_enabled', 'icon_enabled'];

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];

/** Opening and closing time of every day. @type {Record<string, [string, string]>} */
const PRESETS = { always: ['0000', '2400'], office: ['0900', '1700'] };

/**
 * Days that are left out are closed.
 *
 * @param {string} preset
 * @returns {Hours}
 */
function hoursOf(preset) {
  const times = PRESETS[preset];
  const week = times ? DAYS.map((day_of_week) => ({ day_of_week, open_time: times[0], close_time: times[1] })) : [];
  return { timezone_id: Intl.DateTimeFormat().resolvedOptions().timeZone, weekly_operating_hours: week };
}

/** @param {Hours} [hours] none were ever set: always open */
function nameOf(hours) {
  if (!hours) return 'always';
  const week = hours.weekly_operating_hours;
  if (week.length === 0) return 'never';
  const isAll = (/** @type {[string, string]} */ [open, close]) =>
    week.length === DAYS.length && week.every(({ open_time, close_time }) => open_time === open && close_time === close);
  return Object.keys(PRESETS).find((name) => isAll(PRESETS[name])) ?? 'other';
}

/** @param {string} value */
function target(value) {
  return value === 'META' ? 'META' : 'PARTNERS';
}

/** @param {string} id */
function box(id) {
  return /** @type {HTMLInputElement} */ (element(id));
}

function hours() {
  return /** @type {HTMLSelectElement} */ (element('hours'));
}

function routing() {
  return /** @type {HTMLSelectElement} */ (element('routing'));
}
