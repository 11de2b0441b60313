import { html, nothing } from '../../vendor/lit.js';
import { ROOT, here, to } from '../address.js';
import { list, own } from '../api.js';
import { copyButton } from '../copy.js';
import { pageToken, send } from '../graph-api.js';
import { OwnMedia } from '../own-media.js';
import { KINDS } from '../requests.js';
import { counted, pretty, span } from '../said.js';
import { SAMPLES } from '../samples.js';
import { View, filledIn } from '../view.js';

/** The calls that this tab is in; they outlive the view, so that one can look at them. */
const media = new OwnMedia();

/** `<offhook-requests>`: sends each request of the API as an app would, and shows how a program writes it. */
class Requests extends View {
  /** @type {import('../api.js').Page[]} */
  pages = [];
  /** @type {import('../api.js').App[]} */
  apps = [];
  kind = 'connect';
  /** @type {import('../requests.js').Known} */
  known = { page: '', psid: '', call: '', app: '', sdp: '', version: 0 };
  /** A token of the person's own. */
  token = '';
  method = 'POST';
  path = '';
  body = '';
  sample = 'curl';
  /** @type {import('../graph-api.js').Answer | null} */
  answer = null;

  async read() {
    const { query } = here();
    [this.pages, this.apps] = await Promise.all([list('pages'), list('apps')]);
    const call = query.get('call') ?? '';
    const found = call ? await own('GET', `calls/${encodeURIComponent(call)}`) : null;
    this.known = {
      ...this.known,
      page: query.get('page') ?? this.pages[0]?.id ?? '',
      app: query.get('app') ?? this.apps[0]?.id ?? '',
      psid: query.get('psid') ?? '',
      call,
      version: found?.version ?? 0,
    };
    const asked = query.get('what') ?? 'connect';
    this.kind = asked in KINDS ? asked : 'connect';
    this.#fill();
  }

  render() {
    const kind = KINDS[this.kind];
    return html`
      <section>
        <header class="title">
          <h1>Requests</h1>
          ${media.count > 0 ? html`<p class="line" data-online="true">${counted(media.count, 'call')} of this tab</p>` : nothing}
        </header>
        ${
          this.pages.length === 0 || this.apps.length === 0
            ? html`<p class="empty">
                <span
                  >Requests are an app’s, for a Page. Make <a href=${to('pages')}>a Page</a> and
                  <a href=${to('apps')}>an app</a> first.</span
                >
              </p>`
            : html`
                <div class="builder">
                  <form class="request" @submit=${(/** @type {Event} */ event) => this.#send(event)}>
                    ${this.#whatView(kind)} ${this.#bodyView(kind)}
                  </form>
                  <div class="told">${this.#answerView()} ${this.#sampleView(kind)}</div>
                </div>
              `
        }
      </section>
    `;
  }

  /** @param {import('../requests.js').Kind} kind */
  #whatView({ words, token }) {
    const set = (/** @type {Event} */ { target }) => {
      const { name, value } = /** @type {HTMLInputElement | HTMLSelectElement} */ (target);
      if (name === 'kind') this.kind = value;
      else this.known = { ...this.known, [name]: value };
      this.#fill();
    };
    const groups = [...new Set(Object.values(KINDS).map(({ group }) => group))];
    const kinds = (/** @type {string} */ group) => Object.entries(KINDS).filter(([, kind]) => kind.group === group);
    const chosen = (/** @type {'page' | 'app'} */ name, /** @type {{id: string, name: string}[]} */ all) => html`
      <label class="field"
        ><span>${name === 'page' ? 'Page' : 'As app'}</span>
        <select class="box" name=${name}>
          ${all.map((one) => html`<option value=${one.id} ?selected=${one.id === this.known[name]}>${one.name}</option>`)}
        </select>
      </label>
    `;
    const written = (/** @type {'psid' | 'call'} */ name, /** @type {string} */ label) => html`
      <label class="field"
        ><span>${label}</span><input class="box code" name=${name} .value=${this.known[name]} autocomplete="off" spellcheck="false"
      /></label>
    `;
    return html`
      <fieldset class="known-values" @change=${set}>
        <legend class="unseen">What to send</legend>
        <label class="field wide"
          ><span>Request</span>
          <select class="box" name="kind">
            ${groups.map((group) => html`<optgroup label=${group}>${kinds(group).map(([id, { name }]) => html`<option value=${id} ?selected=${id === this.kind}>${name}</option>`)}</optgroup>`)}
          </select>
        </label>
        <p class="hint wide">${words}</p>
        ${chosen('page', this.pages)} ${chosen('app', this.apps)} ${written('psid', 'Consumer (psid)')} ${written('call', 'Call')}
      </fieldset>
      <label class="field"
        ><span
          >${token === 'page' ? 'Page access token; left empty, the console makes one for 15 minutes' : 'App access token: the app’s id, | and its secret'}</span
        >
        <input
          class="box code"
          name="token"
          type="password"
          autocomplete="off"
          ?required=${token === 'app'}
          .value=${this.token}
          @input=${(/** @type {Event} */ event) => (this.token = /** @type {HTMLInputElement} */ (event.target).value)}
        />
      </label>
    `;
  }

  /** @param {import('../requests.js').Kind} kind */
  #bodyView({ offers, body }) {
    const write =
      (/** @type {'path' | 'body'} */ name) =>
      (/** @type {Event} */ { target }) => {
        this[name] = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (target).value;
        this.requestUpdate();
      };
    return html`
      <label class="field"
        ><span>${this.method}</span><input class="box code" name="path" .value=${this.path} @input=${write('path')} spellcheck="false"
      /></label>
      ${body ? html`<label class="field"><span>Body</span><textarea class="box code" name="body" rows="14" .value=${this.body} @input=${write('body')} spellcheck="false"></textarea></label>` : nothing}
      ${this.notices()}
      <p class="buttons">
        <button class="pill slim primary" id="send" ?disabled=${this.isBusy}>Send</button>
        ${offers ? html`<span class="hint">With an empty <code>sdp</code> this tab makes the offer and is the business in the call, in silence.</span>` : nothing}
      </p>
    `;
  }

  #answerView() {
    if (!this.answer)
      return html`<div class="answer">
        <h2>Answer</h2>
        <p class="hint">It stands here once you have sent the request.</p>
      </div>`;
    const { status, tookMs, trace, fault, text, json } = this.answer;
    const call = json?.call_id ?? json?.id;
    return html`
      <div class="answer" role="status">
        <h2>Answer <span class="badge ${status < 400 ? 'good' : 'bad'}">${status}</span> <span class="hint">${span(tookMs)}</span></h2>
        <p class="hint">
          ${trace ? html`trace <span class="code">${trace}</span>` : nothing}
          ${fault ? html`<span class="badge warn">fault ${fault}</span>` : nothing}
          ${typeof call === 'string' && call.startsWith('c_') ? html`<a href=${to('calls', call)}>See the call</a>` : nothing}
        </p>
        <pre class="code" tabindex="0" aria-label="Answer">${pretty(text)}</pre>
      </div>
    `;
  }

  /** @param {import('../requests.js').Kind} kind */
  #sampleView({ token }) {
    const show = (/** @type {string} */ name) => () => {
      this.sample = name;
      this.requestUpdate();
    };
    const sample = this.#sample(token);
    return html`
      <div class="sample">
        <h2>The same from a program</h2>
        <p class="tabs small">
          ${Object.keys(SAMPLES).map((name) => html`<button aria-pressed=${name === this.sample} @click=${show(name)}>${name}</button>`)}
          ${copyButton(sample, 'Copy the program')}
        </p>
        <pre class="code" tabindex="0" aria-label=${this.sample}>${sample}</pre>
      </div>
    `;
  }

  /** @param {'page' | 'app'} token */
  #sample(token) {
    try {
      return SAMPLES[this.sample]({
        method: this.method,
        url: new URL(this.path.replace(/^\//, ''), ROOT).href,
        body: this.#read(),
        token,
      });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Writes the chosen request anew. */
  #fill() {
    const { method, path, body } = KINDS[this.kind];
    Object.assign(this, {
      method,
      path: path(this.known),
      body: body ? JSON.stringify(body(this.known), null, 2) : '',
      answer: null,
      problem: null,
    });
    this.requestUpdate();
  }

  /** @returns {any} the body as it was written */
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
      const isOwn = KINDS[this.kind].offers && body.session?.sdp === '';
      if (isOwn) {
        body.session.sdp = await media.offer();
        this.body = JSON.stringify(body, null, 2);
      }
      const bearer = token || (await pageToken(this.known.page, this.known.app));
      const answer = await send({ method: this.method, path: this.path, body }, bearer);
      this.answer = answer;
      const call = answer.json?.call_id ?? answer.json?.id ?? body?.call_id;
      if (answer.status >= 400) return;
      if (isOwn) await media.answered(call, answer.json.session);
      if (isOwn) this.known = { ...this.known, call };
      if (this.kind === 'terminate') media.ended(call);
    });
  }
}

customElements.define('offhook-requests', Requests);
