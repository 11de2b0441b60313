import { html, nothing } from '../../vendor/lit.js';
import { own } from '../api.js';
import { words } from '../said.js';
import { View } from '../view.js';
import { diffLine } from './ladder.js';

/**
 * @typedef {import('../timeline.js').Entry} Entry
 * @typedef {{severity: 'error' | 'warning' | 'info', rule: string, subject: string, line: number | null, detail: string, why: string,
 *            mend: string, mend_in: Record<string, string>, source: string}} Finding
 */

/** `<offhook-sdp>`: the session descriptions of a call, what changed from one to the next, and what the linter says of them. */
class SdpViewer extends View {
  static properties = { entries: { attribute: false } };

  constructor() {
    super();
    /** @type {Entry[]} */
    this.entries = [];
  }

  chosen = 0;
  shows = 'text';
  /** By the text that was judged. @type {Map<string, Finding[]>} */
  findings = new Map();

  render() {
    const descriptions = this.#descriptions();
    const description = descriptions[this.chosen];
    if (!description) return html`<p class="empty">No session description is recorded of this call.</p>`;
    const question = asked(descriptions, description);
    if (question) void this.#judge(description, question);
    const findings = this.findings.get(description.text);
    return html`
      <div class="sdp">
        <ol class="picks" aria-label="Session descriptions">
          ${descriptions.map(
            (each, index) => html`
              <li>
                <button class="row" aria-current=${index === this.chosen} @click=${() => this.#choose(index)}>
                  <span>${whose(each)}<br /><span class="hint">${changed(each)}</span></span>
                </button>
              </li>
            `,
          )}
        </ol>
        <div class="text">
          ${this.#choice(description)} ${this.notices()}
          <pre class="code diff" tabindex="0" aria-label=${whose(description)}>${this.#text(description, findings ?? [])}</pre>
        </div>
        <aside class="findings" aria-label="Findings">
          <h2>Findings</h2>
          ${question === null ? html`<p class="hint">Only what a party writes, and answers to it, are judged: offers of the server follow Meta’s.</p>` : findingsView(findings)}
        </aside>
      </div>
    `;
  }

  /** @param {Entry} description */
  #choice({ changes }) {
    const show = (/** @type {string} */ name) => () => {
      this.shows = name;
      this.requestUpdate();
    };
    if (!changes) return nothing;
    return html`
      <p class="tabs small">
        <button aria-pressed=${this.shows === 'text'} @click=${show('text')}>Whole</button>
        <button aria-pressed=${this.shows === 'changes'} @click=${show('changes')}>Differences to the one before</button>
      </p>
    `;
  }

  /**
   * @param {Entry} description
   * @param {Finding[]} findings
   */
  #text({ text, changes }, findings) {
    if (this.shows === 'changes' && changes) return changes.length === 0 ? 'Nothing differs.' : changes.map(diffLine);
    return lines(text).map((line, index) => {
      const here = findings.filter(({ line }) => line === index + 1);
      const told = here.map(({ detail }) => detail).join(' ');
      return html`<span class="sdp-line" data-severity=${here[0]?.severity ?? nothing} title=${told || nothing}>${line}</span>`;
    });
  }

  #descriptions() {
    return this.entries.filter(({ kind }) => kind === 'sdp');
  }

  /** @param {number} index */
  #choose(index) {
    this.chosen = index;
    this.requestUpdate();
  }

  /**
   * Asks once about each description.
   *
   * @param {Entry} description
   * @param {object} question
   */
  async #judge({ text, role }, question) {
    if (this.findings.has(text) || this.isBusy || this.problem) return;
    await this.attempt(async () => {
      const { findings } = await own('POST', 'sdp/lint', question);
      const ofIt = findings.filter((/** @type {Finding} */ { subject }) => subject === role);
      this.findings.set(text, ofIt);
    });
  }
}

customElements.define('offhook-sdp', SdpViewer);

/**
 * What to ask the linter about a description, with what it follows or answers; null if that is not for it to judge, or is left
 * out of a long timeline.
 *
 * @param {Entry[]} all
 * @param {Entry} description
 * @returns {object | null}
 */
function asked(all, description) {
  const { text, role, side, author } = description;
  const offers = all.slice(0, all.indexOf(description)).filter((other) => other.side === side && other.role === 'offer');
  if (role === 'offer')
    return author === 'party' ? { sdp: text, previous: offers.findLast((offer) => offer.author === author)?.text } : null;
  const offer = offers.findLast((offer) => offer.author !== author);
  return offer ? { sdp: offer.text, answer: text } : null;
}

/** @param {Finding[] | undefined} findings */
function findingsView(findings) {
  if (!findings) return html`<p class="hint">Reading …</p>`;
  return findings.length === 0 ? html`<p class="hint">The linter has nothing to say about it.</p>` : findings.map(finding);
}

/** @param {Finding} found */
function finding({ severity, rule, line, detail, why, mend, mend_in, source }) {
  const ways = Object.entries(mend_in);
  return html`
    <details class="finding" data-severity=${severity}>
      <summary>
        <span class="badge ${TONES[severity]}">${severity}</span> ${line ? html`<span class="hint">line ${line}</span>` : nothing} ${detail}
      </summary>
      <p>${why}</p>
      <p><strong>Mend it:</strong> ${mend}</p>
      ${ways.map(([client, way]) => html`<p><strong>${client}:</strong> ${way}</p>`)}
      <p class="hint"><span class="code">${rule}</span> · ${source}</p>
    </details>
  `;
}

/** @param {Entry} description */
function whose({ side, author, role }) {
  return author === 'party' ? `${words(side)}’s ${role}` : `Offhook’s ${role} to the ${words(side)}`;
}

/** @param {Entry} description */
function changed({ changes, text }) {
  if (!changes) return `${lines(text).length} lines, the first`;
  const count = changes.filter((/** @type {string} */ line) => /^[+-]/.test(line)).length;
  return count === 0 ? 'as before' : `${count} lines differ`;
}

/** @param {string} text */
function lines(text) {
  return text.trimEnd().split(/\r?\n/);
}

/** @type {Record<Finding['severity'], string>} */
const TONES = { error: 'bad', warning: 'warn', info: '' };
