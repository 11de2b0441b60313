import { html, nothing } from '../../vendor/lit.js';
import { ROOT, to } from '../address.js';
import { list, own } from '../api.js';
import { pageToken, send } from '../graph-api.js';
import { OwnMedia } from '../own-media.js';
import { KINDS } from '../requests.js';
import { counted } from '../said.js';
import { SAMPLES } from '../samples.js';
import { View, filledIn } from '../view.js';
import { bodyView, whatView } from './request-form.js';
import { answerView, sampleView } from './request-told.js';

/** The calls that this tab is in; they outlive the view, so that one can look at them. */
const media = new OwnMedia();

/** `<offhook-requests>`: sends each request of the API as an app would, and shows how a program writes it. */
export class Requests extends View {
  static properties = { query: { attribute: false } };

  constructor() {
    super();
    /** What is to be sent, for whom: as a link to this view says it. */
    this.query = '';
  }

  /** @type {import('../api.js').Page[]} */
  pages = [];
  /** @type {import('../api.js').App[]} */
  apps = [];
  kind = 'connect';
  /** @type {import('../requests.js').Known} */
  known = { page: '', psid: '', call: '', app: '', sdp: '', version: 0, track: '' };
  /** What programs offer where this tab would offer for itself. */
  offer = '';
  method = '';
  path = '';
  body = '';
  language = 'curl';
  /** @type {import('../graph-api.js').Answer | null} */
  answer = null;

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (this.hasUpdated && changed.has('query')) void this.load();
  }

  async read() {
    const query = new URLSearchParams(this.query);
    [this.pages, this.apps] = await Promise.all([list('pages'), list('apps')]);
    const call = query.get('call') ?? '';
    this.offer ||= await OwnMedia.example();
    this.known = {
      ...this.known,
      page: query.get('page') ?? this.pages[0]?.id ?? '',
      app: query.get('app') ?? this.apps[0]?.id ?? '',
      psid: query.get('psid') ?? '',
      call,
      ...(await mediaOf(call)),
    };
    const asked = query.get('what') ?? 'connect';
    this.choose('kind', asked in KINDS ? asked : 'connect');
  }

  /** Another call: its request is written with what is known of its media. @param {string} call */
  async chooseCall(call) {
    await this.attempt(async () => Object.assign(this.known, { call, ...(await mediaOf(call)) }));
    const { problem } = this;
    this.choose('call', call);
    this.problem = problem;
  }

  /**
   * Writes the request anew.
   *
   * @param {string} name of what was chosen
   * @param {string} value
   */
  choose(name, value) {
    if (name === 'kind') this.kind = value;
    else this.known = { ...this.known, [name]: value };
    const { method, path, body } = KINDS[this.kind];
    this.write({ path: path(this.known), body: body ? JSON.stringify(body(this.known), null, 2) : '' });
    Object.assign(this, { method, answer: null, problem: null });
  }

  /** @param {{path?: string, body?: string}} written */
  write(written) {
    Object.assign(this, written);
    this.requestUpdate();
  }

  render() {
    const show = (/** @type {string} */ language) => {
      this.language = language;
      this.requestUpdate();
    };
    const calls = media.count;
    return html`
      <section>
        <header class="title">
          <h1>Requests</h1>
          ${calls > 0 ? html`<p class="line" data-online="true">${counted(calls, 'call')} of this tab</p>` : nothing}
        </header>
        ${
          this.pages.length === 0 || this.apps.length === 0
            ? this.#empty()
            : html`
                <div class="builder">
                  <form class="request" @submit=${(/** @type {Event} */ event) => this.#send(event)}>
                    ${whatView(this)} ${bodyView(this)}
                  </form>
                  <div class="told">${answerView(this.answer)} ${sampleView(this.language, this.#program(), show)}</div>
                </div>
              `
        }
      </section>
    `;
  }

  #empty() {
    return html`
      ${this.notices()}
      <div class="empty">
        <h2>Requests are an app’s, for a Page</h2>
        <p>Make <a href=${to('pages')}>a Page</a> and <a href=${to('apps')}>an app</a> first.</p>
      </div>
    `;
  }

  #program() {
    const { method, path } = this;
    try {
      const url = new URL(path.replace(/^\//, ''), ROOT).href;
      const body = this.#read();
      if (KINDS[this.kind].offers && body?.session?.sdp === '') body.session.sdp = this.offer;
      return SAMPLES[this.language]({ method, url, body, token: KINDS[this.kind].token });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The body as it was written. @returns {any} */
  #read() {
    if (this.body === '') return undefined;
    try {
      return JSON.parse(this.body);
    } catch (error) {
      throw new Error(`The body is no JSON: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** @param {Event} event */
  #send(event) {
    const { token } = filledIn(event);
    return this.attempt(async () => {
      const body = this.#read();
      const isOwn = KINDS[this.kind].offers === true && body?.session?.sdp === '';
      if (isOwn) body.session.sdp = await media.offer();
      const bearer = token || (await pageToken(this.known.page, this.known.app));
      this.answer = await send({ method: this.method, path: this.path, body }, bearer);
      if (this.answer.status < 400) await this.#apply(body, this.answer.json, isOwn);
    });
  }

  /**
   * What an answer means for this tab's own media.
   *
   * @param {any} body
   * @param {any} answer
   * @param {boolean} isOwn whether the offer was this tab's
   */
  async #apply(body, answer, isOwn) {
    const call = answer?.call_id ?? answer?.id ?? body?.call_id;
    if (isOwn) {
      await media.answered(call, answer.session);
      this.known = { ...this.known, call };
    }
    if (this.kind === 'terminate') media.ended(call);
  }
}

customElements.define('offhook-requests', Requests);

/**
 * What a change of a call's media has to name: the version that it changes, and the business's own voice.
 *
 * @param {string} call
 * @returns {Promise<{version: number, track: string}>}
 */
async function mediaOf(call) {
  if (!call) return { version: 0, track: '' };
  const path = `calls/${encodeURIComponent(call)}`;
  const [{ version }, { entries }] = await Promise.all([own('GET', path), own('GET', `${path}/timeline`)]);
  const isOwn = (/** @type {import('../timeline.js').Entry} */ { kind, side, author }) =>
    kind === 'sdp' && side === 'business' && author === 'party';
  const text = entries.findLast(isOwn)?.text ?? '';
  return { version, track: /^m=audio.*?^a=msid:\S+ (\S+)/ms.exec(text)?.[1] ?? '' };
}
