import { keep, kept } from '../kit/storage.js';

/** @typedef {{agent: string, call: string, name: string, text: string}} Draft */

/** What an agent writes about a call: it stays over a reload and over the end of the call, until the server has it. */
export class Note {
  /** @type {Draft | null} */
  draft = null;
  isSaving = false;
  isSaved = false;

  #agent = '';
  #send;

  /** @param {(call: string, text: string) => boolean} send whether it went out */
  constructor(send) {
    this.#send = send;
  }

  /** Takes up what this tab kept of the agent's. @param {string} agent */
  open(agent) {
    this.#agent = agent;
    this.isSaving = false;
    this.draft ??= draftOf(agent);
  }

  /** The call that the agent is in. What is left of another one is saved. @param {{id: string, name: string}} call */
  begin({ id, name }) {
    if (this.draft?.call === id) return;
    this.save();
    this.isSaving = this.isSaved = false;
    this.#keep({ agent: this.#agent, call: id, name, text: '' });
  }

  /** @param {string} text */
  write(text) {
    this.isSaved = false;
    if (this.draft) this.#keep({ ...this.draft, text });
  }

  save() {
    const text = this.draft?.text.trim();
    if (this.draft && text && !this.isSaving) this.isSaving = this.#send(this.draft.call, text);
  }

  /** The server has it. @param {string} call */
  saved(call) {
    if (!this.isSaving || this.draft?.call !== call) return;
    this.write('');
    this.isSaving = false;
    this.isSaved = true;
  }

  /** The server does not have it: it can be sent again. */
  refused() {
    this.isSaving = false;
  }

  /** Nobody is at the desk any more; whoever comes next does not see it. */
  forget() {
    this.#keep(null);
    this.isSaving = this.isSaved = false;
  }

  /** @param {Draft | null} draft */
  #keep(draft) {
    this.draft = draft;
    keep(KEY, JSON.stringify(draft));
  }
}

/** @param {string} agent @returns {Draft | null} */
function draftOf(agent) {
  /** @type {Draft | null} */
  const draft = JSON.parse(kept(KEY) ?? 'null');
  return draft?.agent === agent && draft.text ? draft : null;
}

const KEY = 'offhook-note';
