import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Fails if axe finds anything on the page as it stands that some people could not perceive or use.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} moment what the page shows
 */
export async function isAccessible(page, moment) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  const { violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run());
  const described = (/** @type {any} */ { id, nodes }) =>
    nodes.map((/** @type {any} */ { html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`);
  const found = violations.flatMap(described);
  assert.deepEqual(found, [], `${moment}: axe finds nothing`);
}
