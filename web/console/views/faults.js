import { html, nothing } from '../../vendor/lit.js';
import { list, own } from '../api.js';
import { followEvents } from '../events.js';
import { amount, words } from '../said.js';
import { schemas, wordsOf } from '../schemas.js';
import { Soon } from '../soon.js';
import { View, filledIn } from '../view.js';

/** @typedef {{id: string, rule: Record<string, any> & {fault: string}, seen: number, struck: number}} Fault */

/** `<offhook-faults>`: what goes wrong on demand: at a click, or by a rule in all its detail. */
class Faults extends View {
  /** @type {Fault[]} */
  faults = [];
  /** What each field of a rule can be. @type {Record<string, string[]>} */
  choices = {};
  fault = 'webhook_dropped';
  #stop = () => {};
  #soon = new Soon(() => this.load());

  connectedCallback() {
    super.connectedCallback();
    // What is counted of faults changes when something happens.
    this.#stop = followEvents({ entry: ({ kind }) => COUNTED.has(kind) && this.#soon.ask() });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
    this.#soon.stop();
  }

  async read() {
    const [faults, all] = await Promise.all([list('faults'), schemas()]);
    this.faults = faults;
    this.choices = {
      fault: wordsOf(all.FaultName),
      event: wordsOf(all.EventName),
      moment: wordsOf(all.MomentName),
      side: wordsOf(all.SideName),
      action: ACTIONS,
    };
  }

  render() {
    return html`
      <h2 class="part">
        Faults
        ${this.faults.length > 0 ? html`<button class="pill slim" ?disabled=${this.isBusy} @click=${() => this.#end('faults')}>End all</button>` : nothing}
      </h2>
      ${this.notices()}
      <p class="buttons quick">
        ${QUICK.map(([name, rule]) => html`<button class="pill slim" ?disabled=${this.isBusy} @click=${() => this.#make(rule)}>${name}</button>`)}
      </p>
      ${this.faults.length === 0 ? html`<p class="hint">Nothing goes wrong on demand now. A fault above strikes once; a rule below as you tell it.</p>` : this.#table()}
      <details class="card more">
        <summary>A rule in detail</summary>
        ${this.#form()}
      </details>
    `;
  }

  #table() {
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Faults">
        <table>
          <thead>
            <tr>
              <th scope="col">Fault</th>
              <th scope="col">Rule</th>
              <th scope="col">Seen</th>
              <th scope="col">Struck</th>
              <th scope="col"><span class="unseen">End it</span></th>
            </tr>
          </thead>
          <tbody>
            ${this.faults.map(
              ({ id, rule: { fault, ...rule }, seen, struck }) => html`
                <tr>
                  <th scope="row">${words(fault)} <span class="code hint">${id}</span></th>
                  <td class="code">
                    ${Object.entries(rule)
                      .filter(([, value]) => value !== null)
                      .map(([name, value]) => `${name} ${value}`)
                      .join(', ')}
                  </td>
                  <td>${amount(seen)}</td>
                  <td><span class="badge ${struck > 0 ? 'bad' : ''}">${amount(struck)}</span></td>
                  <td><button class="link" ?disabled=${this.isBusy} @click=${() => this.#end(`faults/${id}`)}>End</button></td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  #form() {
    const chosen = (/** @type {string} */ name, first = 'any') => html`
      <label class="field"
        ><span>${words(name)}</span>
        <select class="box" name=${name}>
          ${first ? html`<option value="">${first}</option>` : nothing}
          ${(this.choices[name] ?? []).map((word) => html`<option value=${word} ?selected=${name === 'fault' && word === this.fault}>${words(word)}</option>`)}
        </select>
      </label>
    `;
    const written = (/** @type {string} */ name, /** @type {string} */ what, type = 'text') => html`
      <label class="field"><span>${what}</span><input class="box" name=${name} type=${type} min="0" step="any" /></label>
    `;
    return html`
      <form class="switches" @submit=${(/** @type {Event} */ event) => this.#ask(event)}>
        ${chosen('fault', '')} ${chosen('event')} ${chosen('action')} ${chosen('side')} ${chosen('moment')}
        ${written('error', 'error, of api error')} ${written('ms', 'milliseconds', 'number')}
        ${written('tries', 'tries of a webhook', 'number')} ${written('nth', 'only the n-th', 'number')}
        ${written('probability', 'with this chance, 0 to 1', 'number')} ${written('times', 'so many times at most', 'number')}
        ${written('page_id', 'only this Page')} ${written('call_id', 'only this call')} ${written('app_id', 'only this app')}
        <button class="pill slim primary" ?disabled=${this.isBusy}>Let it go wrong</button>
      </form>
    `;
  }

  /** @param {Event} event */
  #ask(event) {
    const given = Object.entries(filledIn(event)).filter(([, value]) => value !== '');
    return this.#make(Object.fromEntries(given.map(([name, value]) => [name, NUMBERS.has(name) ? Number(value) : value])));
  }

  /** @param {object} rule */
  #make(rule) {
    return this.attempt(async () => {
      await own('POST', 'faults', rule);
      await this.read();
    });
  }

  /** @param {string} path */
  #end(path) {
    return this.attempt(async () => {
      await own('DELETE', path);
      await this.read();
    });
  }
}

customElements.define('offhook-faults', Faults);

/** @type {[string, object][]} */
const QUICK = [
  ['Drop the next webhook', { fault: 'webhook_dropped', times: 1 }],
  ['Send the next webhook twice', { fault: 'webhook_twice', times: 1 }],
  ['Lose an acknowledgement', { fault: 'webhook_acknowledgement_lost', times: 1 }],
  ['Let connect come after terminate', { fault: 'webhook_terminate_first', times: 1 }],
  ['Lose the next answer of the API', { fault: 'api_answer_lost', times: 1 }],
  ['Answer 5 s late', { fault: 'api_slow', ms: 5000, times: 1 }],
  ['Refuse a media update', { fault: 'version_collision', times: 1 }],
  ['Let ICE never connect', { fault: 'media_ice_never_connects', times: 1 }],
  ['Let DTLS fail', { fault: 'media_dtls_fails', times: 1 }],
  ['Stop the consumer’s sound', { fault: 'media_stops_one_way', side: 'consumer', times: 1 }],
];

const ACTIONS = ['connect', 'accept', 'reject', 'terminate', 'media_update'];
const NUMBERS = new Set(['ms', 'tries', 'nth', 'probability', 'times']);
const COUNTED = new Set(['webhook', 'answer', 'fault', 'dtls_connected', 'leg_lost']);
