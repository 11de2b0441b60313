import { html, nothing, svg } from '../../vendor/lit.js';
import { to } from '../address.js';
import { pretty } from '../said.js';
import { LANES, LANE_NAMES, said, why } from '../timeline.js';
import { View } from '../view.js';

/** @typedef {import('../timeline.js').Entry} Entry */
/** @typedef {import('../timeline.js').Said} Said */

/** `<offhook-ladder>`: what happened to a call, as arrows between those who took part. */
class Ladder extends View {
  static properties = { entries: { attribute: false } };

  constructor() {
    super();
    /** @type {Entry[]} */
    this.entries = [];
  }

  /** @type {Set<import('../timeline.js').Group>} */
  groups = new Set(['signalling', 'webhook', 'media']);
  /** What is open, by its place: entries never change theirs. @type {Set<number>} */
  open = new Set();

  render() {
    const shown = this.entries
      .map((entry, place) => ({ entry, place, what: said(entry) }))
      .filter(({ what }) => this.groups.has(what.group));
    return html`
      <fieldset class="chips">
        <legend class="unseen">What is shown</legend>
        ${GROUPS.map(
          ([group, name]) =>
            html`<label
              ><input type="checkbox" .checked=${this.groups.has(group)} @change=${() => this.#toggle(this.groups, group)} /> ${name}</label
            >`,
        )}
      </fieldset>
      <div class="ladder">
        <p class="lanes" aria-hidden="true"><span></span>${LANES.map((lane) => html`<span>${LANE_NAMES[lane]}</span>`)}</p>
        ${shown.length === 0 ? html`<p class="empty">${this.entries.length === 0 ? 'Nothing is recorded of this call. See the [timeline] settings.' : 'All of it is hidden. Choose above what to show.'}</p>` : nothing}
        <ol>
          ${shown.map(({ entry, place, what }) => this.#step(entry, place, what))}
        </ol>
      </div>
    `;
  }

  /**
   * @param {Entry} entry
   * @param {number} place
   * @param {Said} what
   */
  #step(entry, place, what) {
    const isOpen = this.open.has(place);
    const reason = why(entry);
    return html`
      <li class="step" data-kind=${entry.kind} ?data-trouble=${what.isTrouble} ?data-state=${what.isState}>
        <button aria-expanded=${isOpen} @click=${() => this.#toggle(this.open, place)}>
          <span class="when">${since(entry.at_us - this.entries[0].at_us)}</span>
          <span class="unseen">${spoken(what)}</span>
          <span class="picture" data-lane=${leftmost(what)} data-note=${what.from === what.to} aria-hidden="true"
            >${picture(what)}<span class="what">${what.what}</span></span
          >
        </button>
        ${reason ? html`<p class="why">${reason}</p>` : nothing}
        ${isOpen ? html`<div class="brought">${brought(entry)}</div>` : nothing}
      </li>
    `;
  }

  /**
   * @template T
   * @param {Set<T>} set
   * @param {T} item
   */
  #toggle(set, item) {
    if (!set.delete(item)) set.add(item);
    this.requestUpdate();
  }
}

customElements.define('offhook-ladder', Ladder);

/** @param {Said} what */
function picture({ from, to: target }) {
  const [start, end] = [x(from), x(target)];
  return html`
    <svg>
      ${LANES.map((lane) => svg`<line class="life" x1="${x(lane)}%" x2="${x(lane)}%" y1="0" y2="100%" />`)}
      ${
        from === target
          ? nothing
          : svg`
          <line class="arrow" x1="${start}%" x2="${end}%" y1="31" y2="31" />
          <circle class="head" cx="${start}%" cy="31" r="3" />
          <svg class="head" x="${end}%" y="31"><path d=${start < end ? 'M0 0l-9-5v10z' : 'M0 0l9-5v10z'} /></svg>
        `
      }
    </svg>
  `;
}

/** Where a lane's line stands, in percent. @param {import('../timeline.js').Lane} lane */
function x(lane) {
  return (100 * (LANES.indexOf(lane) + 0.5)) / LANES.length;
}

/** @param {Said} what */
function leftmost({ from, to: target }) {
  return x(from) < x(target) ? from : target;
}

/** @param {Said} what */
function spoken({ from, to: target, what }) {
  return from === target ? `${LANE_NAMES[from]}: ${what}` : `${LANE_NAMES[from]} to ${LANE_NAMES[target]}: ${what}`;
}

/** @param {number} us since the call's first entry */
function since(us) {
  const seconds = us / 1e6;
  if (Math.abs(seconds) < 100) return `${seconds.toFixed(3)} s`;
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** What an entry holds, whole. @param {Entry} entry */
function brought(entry) {
  const { at_us, kind, text, changes, body, message, delivery_id, ...rest } = entry;
  const told = text ?? message ?? (body && Object.keys(body).length > 0 ? body : undefined);
  return html`
    <p class="hint">
      <time>${new Date(at_us / 1000).toISOString().slice(0, -1)}${String(at_us % 1000).padStart(3, '0')}Z</time>
      ${Object.entries(rest)
        .filter(([, value]) => value !== null && typeof value !== 'object')
        .map(([name, value]) => html` · ${name} <span class="code">${String(value)}</span>`)}
      ${delivery_id === undefined ? nothing : html` · <a href=${to('webhooks', delivery_id)}>delivery ${delivery_id}</a>`}
    </p>
    ${changes?.length > 0 ? html`<pre class="code diff">${changes.map(diffLine)}</pre>` : nothing}
    ${told === undefined ? (kind === 'report' ? html`<pre class="code">${pretty(rest.legs)}</pre>` : nothing) : html`<pre class="code">${pretty(told)}</pre>`}
  `;
}

/** @param {string} line with `+`, `-` or a blank before it */
export function diffLine(line) {
  if (line.startsWith('+')) return html`<ins>${line}</ins>`;
  return line.startsWith('-') ? html`<del>${line}</del>` : html`<span>${line}</span>`;
}

/** @type {[import('../timeline.js').Group, string][]} */
const GROUPS = [
  ['signalling', 'Signalling'],
  ['webhook', 'Webhooks'],
  ['media', 'ICE, DTLS, packets, keys'],
  ['report', 'Reports'],
];
