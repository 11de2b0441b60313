import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { vendored } from '../vendor.js';

test('the vendored files are what the locked packages make', async () => {
  const files = await vendored();
  assert.ok(files.size > 0);
  for (const [name, text] of files) {
    const kept = await readFile(new URL(`../vendor/${name}`, import.meta.url), 'utf8');
    assert.ok(kept === text, `vendor/${name} is not what \`npm run vendor\` makes`);
  }
});
