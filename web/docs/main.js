/** What makes a page of the documentation quicker to use; it can be read without. */

import { addCopyButtons } from './copy.js';
import { addSearch } from './search-box.js';

addCopyButtons(document);
addSearch(/** @type {HTMLElement} */ (document.getElementById('search')));
// The contents are long; where they are laid over the page they are not shown yet, and nothing moves.
document.querySelector('#contents [aria-current]')?.scrollIntoView({ block: 'nearest' });
