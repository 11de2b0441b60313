/**
 * The element with this id; the page's own HTML has it.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found;
}

/**
 * @param {string} id
 * @returns {HTMLButtonElement}
 */
export function button(id) {
  const found = element(id);
  if (!(found instanceof HTMLButtonElement)) throw new Error(`#${id} is no button.`);
  return found;
}

/**
 * A new element.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Partial<HTMLElementTagNameMap[Name]>} properties
 * @param {...(HTMLElement | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/**
 * Shows a sentence about what went wrong, or nothing.
 *
 * @param {unknown} [error]
 * @param {string} [id] where
 */
export function showProblem(error, id = 'problem') {
  const place = element(id);
  place.textContent = error instanceof Error ? error.message : error ? String(error) : '';
  place.hidden = !error;
}

/**
 * What the browser tests look at; nothing on the pages reads it. `connection` is the running call's peer connection,
 * `remote` the sum of everything that is heard, as an AudioNode to connect an analyser to.
 *
 * @param {{connection: () => RTCPeerConnection | null, remote: AudioNode}} hook
 */
export function exposeToTests(hook) {
  Object.assign(window, { offhookDemo: hook });
}
