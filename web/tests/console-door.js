/**
 * Opens the console and signs in, as the operator does.
 *
 * @param {import('./stage.js').Stage} stage
 * @param {string} [path]
 * @param {import('playwright-core').BrowserContextOptions} [look]
 */
export async function enter(stage, path = 'console', look = {}) {
  const page = await stage.open(path, { ...look, permissions: ['clipboard-read', 'clipboard-write'] });
  await page.fill('[name=token]', stage.server.ready.admin_token);
  await page.press('[name=token]', 'Enter');
  await page.waitForSelector('#view');
  // The browser's own words about the question whether somebody is signed in.
  stage.forgive(/status of 401/);
  return page;
}
