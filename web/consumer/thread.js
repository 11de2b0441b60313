/**
 * @typedef {{title: string} & ({type: 'audio_call', expires_at: number} | {type: 'web_url', url: string}
 *         | {type: 'postback', payload: string})} Button
 * @typedef {{title: string, subtitle?: string, image_url?: string, buttons?: Button[]}} Element
 * @typedef {{type: 'template', text: string, buttons: Button[]} | {type: 'template', elements: Element[]}} Template
 * @typedef {{type: 'call', direction: 'user_initiated' | 'business_initiated', outcome: 'completed' | 'missed', seconds: number}} Call
 * @typedef {{type: 'text', text: string}
 *         | Call
 *         | {type: 'permission_request', expires_at: number, reply: 'approve' | 'reject' | null}
 *         | {type: 'call_prompt', expires_at: number}
 *         | Template} Kind
 * @typedef {{id: string, at: number, from: 'business' | 'consumer', kind: Kind}} Entry
 * @typedef {Entry & {kind: Call}} PastCall
 */

/** What stands in the conversation with the business, oldest first. */
export class Thread {
  /** @type {readonly Entry[]} */
  entries = [];

  /** @param {Entry[]} entries */
  setAll(entries) {
    this.entries = entries;
  }

  /** @param {Entry} entry new, or changed */
  set(entry) {
    const index = this.entries.findIndex(({ id }) => id === entry.id);
    this.entries = index < 0 ? [...this.entries, entry] : this.entries.with(index, entry);
  }

  /** The calls in it, newest first. */
  calls() {
    return this.entries.flatMap(({ kind, ...entry }) => (kind.type === 'call' ? [{ ...entry, kind }] : [])).reverse();
  }
}

/**
 * Whether an entry begins a new run: another day, another side, or some time later. Runs stand apart.
 *
 * @param {Entry} entry
 * @param {Entry | undefined} before
 */
export function beginsRun(entry, before) {
  return !before || before.from !== entry.from || entry.at - before.at > RUN_MS_MAX || beginsDay(entry, before);
}

/**
 * @param {{at: number}} entry
 * @param {{at: number} | undefined} before
 */
export function beginsDay(entry, before) {
  return !before || new Date(entry.at).toDateString() !== new Date(before.at).toDateString();
}

const RUN_MS_MAX = 300_000;
