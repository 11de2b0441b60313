import { html, nothing } from '../../vendor/lit.js';
import '../graph.js';
import { amount, span, words } from '../said.js';
import { View } from '../view.js';

/**
 * @typedef {import('../timeline.js').Entry} Entry
 * @typedef {import('../timeline.js').LegReport} LegReport
 * @typedef {import('../api.js').LegStatistics} Leg
 * @typedef {{name: string, what: string, of: [keyof LegReport, string, boolean][], height: number, say: (value: number) => string}} Measure
 */

/** `<offhook-quality>`: how both legs did and do, by the reports of the timeline, and what the server counted of each. */
class Quality extends View {
  static properties = { entries: { attribute: false }, legs: { attribute: false } };

  constructor() {
    super();
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Leg[]} */
    this.legs = [];
  }

  /** The report that is pointed at; by default the last. @type {number | null} */
  pointed = null;

  render() {
    const reports = this.entries.filter(({ kind }) => kind === 'report');
    const point = (/** @type {CustomEvent<number | null>} */ { detail }) => {
      if (detail === this.pointed) return;
      this.pointed = detail;
      this.requestUpdate();
    };
    return html`
      ${
        reports.length === 0
          ? html`<p class="empty">The first report comes a few seconds after media flows (<code>timeline.report_every</code>).</p>`
          : html`<div class="graphs" @point=${point}>${MEASURES.map((measure) => this.#graph(measure, reports))}</div>`
      }
      ${this.legs.length === 0 ? nothing : this.#table()}
    `;
  }

  /**
   * @param {Measure} measure
   * @param {Entry[]} reports
   */
  #graph({ name, what, of, height, say }, reports) {
    const began = this.entries[0].at_us;
    const lines = SIDES.flatMap(({ side, colour }) =>
      of.map(([key, way, isDashed]) => ({
        name: `${side} ${way}`,
        colour,
        isDashed,
        values: reports.map(({ legs }) => valueOf(legs, side, key)),
      })),
    );
    const at = Math.min(this.pointed ?? reports.length - 1, reports.length - 1);
    return html`
      <figure class="card graph">
        <figcaption>
          <h2>${name}</h2>
          <p class="hint">${what}</p>
        </figcaption>
        <offhook-graph
          .times=${reports.map(({ at_us }) => (at_us - began) / 1e6)}
          .height=${height}
          .lines=${lines}
          .say=${say}
        ></offhook-graph>
        <dl class="key">
          ${lines.map(({ name, colour, isDashed, values }) => {
            const value = values[at];
            return html`<div>
              <dt data-colour=${colour} ?data-dashed=${isDashed}>${name}</dt>
              <dd>${value === null ? '–' : say(value)}</dd>
            </div>`;
          })}
        </dl>
      </figure>
    `;
  }

  #table() {
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Legs">
        <table class="legs">
          <caption>
            What the server counted of each leg
          </caption>
          <thead>
            <tr>
              <th scope="col">Measure</th>
              ${this.legs.map(({ number, side }) => html`<th scope="col">${side} <span class="hint">leg ${number}</span></th>`)}
            </tr>
          </thead>
          <tbody>
            ${COUNTED.map(
              ([name, count]) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  ${this.legs.map((leg) => html`<td>${count(leg) ?? '–'}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    `;
  }
}

customElements.define('offhook-quality', Quality);

/**
 * Of several legs of a side the newest.
 *
 * @param {LegReport[]} legs
 * @param {string} side
 * @param {keyof LegReport} key
 */
function valueOf(legs, side, key) {
  const value = legs.filter((leg) => leg.side === side).at(-1)?.[key];
  return typeof value === 'number' ? value : null;
}

/** @param {number | null} ratio */
function percent(ratio) {
  return ratio === null ? null : `${(100 * ratio).toFixed(2)} %`;
}

/** @param {import('../api.js').Spread | null} spread */
function spreadSaid(spread) {
  return spread && `${spread.last.toFixed(1)} ms now, ${spread.mean.toFixed(1)} mean, ${spread.max.toFixed(1)} most`;
}

const SIDES = [
  { side: 'business', colour: '--accent-ink' },
  { side: 'consumer', colour: '--warn-ink' },
];

/** @type {Measure[]} */
const MEASURES = [
  {
    name: 'Bit rate',
    what: 'from and to each party',
    of: [
      ['bits_per_second_in', 'sends', false],
      ['bits_per_second_out', 'gets', true],
    ],
    height: 1000,
    say: (value) => `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} kbit/s`,
  },
  {
    name: 'Loss',
    what: 'packets that did not arrive',
    of: [
      ['loss_ratio_in', 'sends', false],
      ['loss_ratio_out', 'gets', true],
    ],
    height: 0.01,
    say: (value) => `${(100 * value).toFixed(1)} %`,
  },
  {
    name: 'Jitter',
    what: 'of the audio (RFC 3550)',
    of: [
      ['jitter_in_ms', 'sends', false],
      ['jitter_out_ms', 'gets', true],
    ],
    height: 1,
    say: (value) => `${value.toFixed(1)} ms`,
  },
  {
    name: 'Round trip',
    what: 'between Offhook and the party',
    of: [['round_trip_ms', 'leg', false]],
    height: 1,
    say: (value) => `${value.toFixed(1)} ms`,
  },
];

/** @type {[string, (leg: Leg) => string | null][]} */
const COUNTED = [
  ['Open for', ({ lasted_ms }) => span(lasted_ms)],
  ['Connected after', ({ connected_ms }) => (connected_ms === null ? null : span(connected_ms))],
  ['First packet after', ({ first_packet_ms }) => (first_packet_ms === null ? null : span(first_packet_ms))],
  ['Packets it sent', ({ packets_in }) => amount(packets_in)],
  ['Packets it was sent', ({ packets_out }) => amount(packets_out)],
  ['Loss of what it sent', ({ loss_ratio_in, lost_in }) => `${percent(loss_ratio_in) ?? '–'} (${amount(lost_in)})`],
  ['Loss of what it was sent', ({ loss_ratio_out }) => percent(loss_ratio_out)],
  ['Jitter of what it sent', ({ jitter_in_ms }) => spreadSaid(jitter_in_ms)],
  ['Jitter of what it gets', ({ jitter_out_ms }) => spreadSaid(jitter_out_ms)],
  ['Round trip', ({ round_trip_ms }) => spreadSaid(round_trip_ms)],
  ['Path', ({ path }) => path && `${path.remote} → ${path.local} (${path.transport})`],
  [
    'Tracks',
    ({ tracks }) =>
      tracks.map(({ label, seen, negotiated }) => `${words(label)}: ${(seen.length > 0 ? seen : negotiated).join(', ')}`).join('; '),
  ],
];
