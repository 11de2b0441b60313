import { html } from '../vendor/lit.js';
import { icon } from './icon.js';
import { LANGUAGES, rememberLanguage } from './languages.js';

/**
 * The languages to choose from, as a row of a menu. Whoever chooses finds theirs again.
 *
 * @param {{language: string, say: (text: 'language_choice') => string}} texts
 * @param {() => void} chosen
 */
export function languageChoice(texts, chosen) {
  const choose = (/** @type {Event} */ { currentTarget }) => {
    rememberLanguage(/** @type {HTMLSelectElement} */ (currentTarget).value);
    chosen();
  };
  return html`
    <label class="row">
      ${icon('language')} <span class="unseen">${texts.say('language_choice')}</span>
      <select id="language" @change=${choose}>
        ${LANGUAGES.map(
          (tag) => html`<option value=${tag} lang=${tag} ?selected=${texts.language.split('-')[0] === tag}>${languageName(tag)}</option>`,
        )}
      </select>
    </label>
  `;
}

/** Each language by its own name. @param {string} tag */
function languageName(tag) {
  return new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
}
