import { clock } from '../kit/clock.js';
import { LitElement } from '../vendor/lit.js';
import UPlot from '../vendor/uplot.js';

/**
 * `<offhook-graph>`: lines over time. The graphs of a page show the same moment when one is pointed at. What they show stands
 * in a table, too: a canvas tells nothing to those who listen.
 *
 * @typedef {{name: string, colour: string, isDashed?: boolean, values: (number | null)[]}} Line
 */
export class Graph extends LitElement {
  static properties = { times: { attribute: false }, lines: { attribute: false } };

  constructor() {
    super();
    /** In seconds. @type {number[]} */
    this.times = [];
    /** Always as many, by the same names. @type {Line[]} */
    this.lines = [];
  }

  /** Writes a value with its unit. @type {(value: number) => string} */
  say = String;
  /** The least that the height stands for: lines at zero are not drawn in the middle. */
  height = 1;

  /** @type {UPlot | null} */
  #plot = null;
  /** How many moments it shows. */
  #drawn = -1;
  #watch = new ResizeObserver(() => this.#resize());
  #scheme = matchMedia('(prefers-color-scheme: dark)');
  #repaint = () => this.#draw();

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#watch.observe(this);
    this.#scheme.addEventListener('change', this.#repaint);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#watch.disconnect();
    this.#scheme.removeEventListener('change', this.#repaint);
    this.#plot?.destroy();
    this.#plot = null;
  }

  updated() {
    if (!this.#plot) this.#draw();
    // Moments are only ever added, and new data would move the cursor, which makes the page show another moment.
    if (this.#drawn === this.times.length) return;
    this.#drawn = this.times.length;
    this.#plot?.setData(this.#data());
  }

  #draw() {
    this.#plot?.destroy();
    if (this.lines.length === 0) return;
    const ink = this.#colour('--quiet');
    const axis = {
      stroke: ink,
      grid: { stroke: this.#colour('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    };
    const values = (/** @type {UPlot} */ _, /** @type {number[]} */ splits) => splits.map((value) => this.say(value));
    this.#plot = new UPlot(
      {
        width: Math.max(this.clientWidth, 1),
        height: HEIGHT,
        legend: { show: false },
        cursor: { sync: { key: 'offhook-graphs' }, y: false },
        scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(most ?? 0, this.height) * 1.1] } },
        axes: [
          { ...axis, size: 28, space: 60, incrs: STEPS_S, values: (_, splits) => splits.map(clock) },
          { ...axis, values, size: 72 },
        ],
        series: [
          {},
          ...this.lines.map(({ name, colour, isDashed }) => ({
            label: name,
            stroke: this.#colour(colour),
            width: 2,
            dash: isDashed ? [6, 4] : [],
            spanGaps: true,
          })),
        ],
        hooks: { setCursor: [(plot) => this.#point(plot.cursor.idx ?? null)] },
      },
      this.#data(),
      this,
    );
  }

  /** @returns {any} */
  #data() {
    return [this.times, ...this.lines.map(({ values }) => values)];
  }

  #resize() {
    if (this.#plot && this.clientWidth > 0) this.#plot.setSize({ width: this.clientWidth, height: HEIGHT });
  }

  /** @param {number | null} index */
  #point(index) {
    this.dispatchEvent(new CustomEvent('point', { detail: index, bubbles: true }));
  }

  /** A colour of the page, as a canvas takes it. @param {string} name */
  #colour(name) {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    this.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }
}

customElements.define('offhook-graph', Graph);

const HEIGHT = 160;
/** What may lie between two marks of the time, in seconds. */
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
