/**
 * Who the pages are: `offhook dev` tells them, so that nothing has to be copied by hand.
 *
 * @typedef {{psid: string, name: string, token: string}} Consumer
 * @typedef {{page_id: string, page_name: string, page_token: string, app_id: string, consumers: Consumer[]}} Config
 */

/** @returns {Promise<Config>} */
export async function loadConfig() {
  const response = await fetch('/demo/config.json');
  if (!response.ok) throw new Error(`The demo's settings could not be read (${response.status}).`);
  return response.json();
}

/**
 * The consumer named by `?psid=` or `?token=`, else the first. It need not be one that the server made for the pages:
 * whoever made it over the API knows its PSID, for the business's page, or its token, for the consumer's.
 *
 * @param {Config} config
 * @returns {Consumer}
 */
export function chosenConsumer(config) {
  const query = new URLSearchParams(location.search);
  const [psid, token] = [query.get('psid') ?? '', query.get('token') ?? ''];
  const chosen = config.consumers.find((consumer) => consumer.psid === psid || consumer.token === token);
  if (chosen) return chosen;
  if (psid || token) return { psid, name: `Consumer ${psid}`, token };
  if (config.consumers.length === 0) throw new Error('This Page has no consumers.');
  return config.consumers[0];
}
