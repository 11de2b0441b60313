import { html, nothing } from '../../vendor/lit.js';
import { ROOT, to } from '../address.js';
import { list, own } from '../api.js';
import { span, time } from '../said.js';
import { View, filledIn } from '../view.js';
import { SCENARIOS, WELL_KNOWN } from './scenarios.js';

/**
 * @typedef {{step: string, at_ms: number, took_ms: number, result: 'passed' | 'failed' | 'stuck' | 'skipped', reason?: string}} Step
 * @typedef {{name: string, devices: {name: string, steps: Step[], recordings: string[]}[]}} Played
 * @typedef {{passed: boolean, consumers: Played[]}} Outcome
 * @typedef {{id: string, state: string, started_at: number, consumers: {name: string, psid: string}[], outcome: Outcome | null, error: string | null}} Run
 */

/** `<offhook-runs>`: simulated consumers: those whom everybody knows, and scenarios of one's own. */
class Runs extends View {
  /** @type {Run[]} */
  runs = [];
  /** @type {import('../api.js').Page[]} */
  pages = [];
  scenario = SCENARIOS[0][1];
  #timer = 0;

  connectedCallback() {
    super.connectedCallback();
    this.#timer = window.setInterval(() => this.runs.some(isUnderWay) && void this.load(), LOOK_AGAIN_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  async read() {
    [this.runs, this.pages] = await Promise.all([list('runs', { limit: 50 }), list('pages')]);
  }

  render() {
    const take = (/** @type {string} */ text) => () => {
      this.scenario = text;
      this.requestUpdate();
    };
    return html`
      <h2 class="part">Simulated consumers</h2>
      <p class="hint">Every Page knows them. Call one and see what it does.</p>
      <ul class="cards known">
        ${WELL_KNOWN.map(
          ([psid, does]) =>
            html`<li>
              <a class="card" href="${to('requests')}?psid=${psid}"
                ><strong class="code">${psid}</strong><span class="hint">${does}</span></a
              >
            </li>`,
        )}
      </ul>
      <h2 class="part">Scenarios</h2>
      ${this.notices()}
      <p class="buttons quick">
        ${SCENARIOS.map(([name, text]) => html`<button class="pill slim" aria-pressed=${text === this.scenario} @click=${take(text)}>${name}</button>`)}
      </p>
      <form class="stack" @submit=${(/** @type {Event} */ event) => this.#start(event)}>
        ${
          this.pages.length > 1
            ? html`<label class="field"
                ><span>Page</span
                ><select class="box" name="page">
                  ${this.pages.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
                </select></label
              >`
            : nothing
        }
        <label class="field"
          ><span>What the consumers do and expect</span
          ><textarea class="box code" name="scenario" rows="12" spellcheck="false" .value=${this.scenario}></textarea>
        </label>
        <button class="pill slim primary" ?disabled=${this.isBusy}>Play it</button>
      </form>
      <h2 class="part">Runs</h2>
      ${
        this.runs.length === 0
          ? html`<p class="hint">Nothing was played since the server began.</p>`
          : html`<ul class="runs">
              ${this.runs.map((run) => html`<li class="card">${this.#run(run)}</li>`)}
            </ul>`
      }
    `;
  }

  /** @param {Run} run */
  #run(run) {
    const { id, state, started_at, consumers, outcome, error } = run;
    const file = (/** @type {string} */ name) => new URL(`offhook/v1/runs/${id}/${name}`, ROOT).href;
    const passed = outcome?.passed;
    return html`
      <p class="head">
        <span class="badge ${isUnderWay(run) ? 'warn' : passed === false || error ? 'bad' : 'good'}"
          >${isUnderWay(run) ? state : passed === true ? 'passed' : passed === false ? 'failed' : state}</span
        >
        <span class="hint">${time(started_at)}</span>
        ${consumers.map(({ name, psid }) => html`<a href="${to('requests')}?psid=${psid}"><bdi>${name}</bdi> <span class="code">${psid}</span></a>`)}
        ${
          isUnderWay(run)
            ? html`<button class="link" ?disabled=${this.isBusy} @click=${() => this.#stop(id)}>Stop</button>`
            : outcome
              ? html`<a href=${file('junit')} download="${id}.xml">JUnit XML</a>`
              : nothing
        }
      </p>
      ${error ? html`<p class="problem">${error}</p>` : nothing} ${outcome?.consumers.map(played)}
      ${recordings(outcome).map((name) => html`<a class="recording code" href=${file(`files/${encodeURIComponent(name)}`)} download=${name}>${name}</a>`)}
    `;
  }

  /** @param {Event} event */
  #start(event) {
    const { scenario, page } = filledIn(event);
    this.scenario = scenario;
    return this.attempt(async () => {
      await own('POST', 'runs', { scenario, ...(page ? { page_id: page } : {}) });
      await this.read();
    });
  }

  /** @param {string} id */
  #stop(id) {
    return this.attempt(async () => {
      await own('DELETE', `runs/${id}`);
      await this.read();
    });
  }
}

customElements.define('offhook-runs', Runs);

/** @param {Run} run */
function isUnderWay({ state }) {
  return state === 'running';
}

/** @param {Played} consumer */
function played({ name, devices }) {
  return devices.map(
    (device) => html`
      <ol class="steps" aria-label="${name}, ${device.name}">
        ${device.steps.map(
          ({ step, at_ms, took_ms, result, reason }) => html`
            <li>
              <span class="badge ${TONES[result]}">${result}</span> <span class="code wrap">${step}</span>
              <span class="hint">${span(at_ms)}, took ${span(took_ms)}</span>
              ${reason ? html`<p class="hint wrap">${reason}</p>` : nothing}
            </li>
          `,
        )}
      </ol>
    `,
  );
}

/** Names of files. @param {Outcome | null} outcome */
function recordings(outcome) {
  return (outcome?.consumers ?? []).flatMap(({ devices }) =>
    devices.flatMap((device) => device.recordings.map((path) => path.split('/').at(-1) ?? path)),
  );
}

/** @type {Record<Step['result'], string>} */
const TONES = { passed: 'good', failed: 'bad', stuck: 'bad', skipped: '' };

const LOOK_AGAIN_MS = 1000;
