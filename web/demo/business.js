import { initials } from '../kit/initials.js';
import { chosenConsumer, loadConfig } from './config.js';
import { Desk } from './desk.js';
import { Graph } from './graph.js';
import { button, element, exposeToTests, showProblem } from './page.js';
import { pretendDevices } from './pretend-devices.js';
import { SettingsForm } from './settings-form.js';
import { followWebhooks } from './webhook-feed.js';
import { writeForm } from './write-form.js';

const consumers = /** @type {HTMLSelectElement} */ (element('consumer'));

pretendDevices();
start().catch(showProblem);

async function start() {
  const config = await loadConfig();
  const graph = new Graph(config.page_id, config.page_token);
  element('page-name').textContent = config.page_name;
  const chosen = chosenConsumer(config);
  const listed = config.consumers.includes(chosen) ? config.consumers : [chosen, ...config.consumers];
  consumers.append(...listed.map(({ name, psid }) => new Option(name, psid, false, psid === chosen.psid)));
  const show = () => showConsumer(graph).catch(showProblem);
  const settings = new SettingsForm(graph);
  const desk = new Desk(graph, { chosen: () => consumers.value, choose, lock: (locked) => (consumers.disabled = locked) });
  exposeToTests({ connection: () => desk.call?.leg.connection ?? null, remote: desk.speaker.mix });
  consumers.addEventListener('change', show);
  writeForm(graph, () => consumers.value);
  followWebhooks({
    call: (event) => {
      desk.receive(event);
      if (event.event === 'terminate') void show();
    },
    permission: show,
    settings: () => settings.load().catch(showProblem),
  });
  await Promise.all([showConsumer(graph), settings.load()]);

  /** @param {string} psid */
  function choose(psid) {
    if (![...consumers.options].some(({ value }) => value === psid)) consumers.append(new Option(`Consumer ${psid}`, psid));
    consumers.value = psid;
    void show();
  }
}

/** @param {Graph} graph */
async function showConsumer(graph) {
  const name = consumers.selectedOptions[0]?.textContent ?? '';
  element('avatar').textContent = initials(name);
  element('name').textContent = name;
  const { permission, actions } = await graph.permissions(consumers.value);
  const can = (/** @type {string} */ wanted) => actions.some(({ action_name, can_perform }) => action_name === wanted && can_perform);
  const granted = permission.status.toUpperCase() === 'HAS_PERMISSION';
  const until = permission.expiration_time && new Date(permission.expiration_time * 1000).toLocaleDateString();
  element('permission').textContent = granted ? `Granted until ${until}` : 'Not granted';
  element('permission').dataset.granted = String(granted);
  button('call').disabled = !can('start_call');
  button('ask-permission').disabled = !can('send_call_permission_request');
}
