import { excerpt, find, wordsOf } from './search.js';

/** @typedef {import('./search.js').Section} Section */

/**
 * The box in the bar, and below it what it finds. What it looks through is fetched when somebody first goes there.
 *
 * @param {HTMLElement} place
 */
export function addSearch(place) {
  const box = document.createElement('input');
  box.type = 'search';
  box.placeholder = 'Search';
  box.autocomplete = 'off';
  box.setAttribute('aria-label', 'Search the documentation');
  box.setAttribute('aria-keyshortcuts', '/');
  const found = document.createElement('div');
  found.id = 'found';
  found.hidden = true;
  const said = document.createElement('p');
  said.className = 'unseen';
  said.setAttribute('role', 'status');
  place.append(box, found, said);

  /** @type {Promise<Section[]> | undefined} */
  let sections;
  const load = () => (sections ??= fetch('search.json').then((answer) => answer.json()));
  const show = async () => {
    const question = box.value;
    const hits = question.trim() ? find(await load(), question) : [];
    if (box.value !== question) return;
    found.replaceChildren(...(hits.length > 0 ? hits.map((hit) => result(hit, wordsOf(question))) : [nothing()]));
    found.hidden = !question.trim();
    said.textContent = found.hidden ? '' : `${hits.length} found`;
  };
  const close = () => (found.hidden = true);

  box.addEventListener('focus', load, { once: true });
  box.addEventListener('input', show);
  box.addEventListener('click', show);
  box.addEventListener('keydown', (event) => event.key === 'Enter' && found.querySelector('a')?.click());
  found.addEventListener('click', close);
  // Else a press of the mouse takes the focus from the box, and what was pressed is gone before the click.
  found.addEventListener('mousedown', (event) => event.preventDefault());
  place.addEventListener('keydown', (event) => move(event, box, found));
  place.addEventListener('focusout', ({ relatedTarget }) => place.contains(/** @type {Node | null} */ (relatedTarget)) || close());
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    box.focus();
  });
}

/**
 * Up and down go through what was found, Escape goes away.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLInputElement} box
 * @param {HTMLElement} found
 */
function move(event, box, found) {
  if (event.key === 'Escape') {
    box.focus();
    found.hidden = true;
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || found.hidden) return;
  event.preventDefault();
  const stops = [box, ...found.querySelectorAll('a')];
  const next = stops.indexOf(/** @type {any} */ (document.activeElement)) + step;
  stops[(next + stops.length) % stops.length].focus();
}

/**
 * @param {Section} section
 * @param {string[]} words
 */
function result({ href, page, heading, text }, words) {
  const link = document.createElement('a');
  link.href = href;
  const name = document.createElement('strong');
  name.textContent = heading === page ? page : `${page} › ${heading}`;
  const parts = excerpt(text, words).map((part, index) => {
    if (index % 2 === 0) return part;
    const mark = document.createElement('mark');
    mark.textContent = part;
    return mark;
  });
  link.append(name, ...parts);
  return link;
}

function nothing() {
  const sentence = document.createElement('p');
  sentence.textContent = 'Nothing has all these words.';
  return sentence;
}
