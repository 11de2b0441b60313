import { audioContext } from './audio-context.js';
import { showCallButtons } from './call-button.js';
import { chosenConsumer, loadConfig } from './config.js';
import { ConsumerChannel } from './consumer-channel.js';
import { speaker } from './consumer-media.js';
import { showLine, showParties } from './consumer-view.js';
import { button, element, exposeToTests, showProblem } from './page.js';
import { Phone } from './phone.js';
import { Thread } from './thread.js';

/** @typedef {import('./consumer-channel.js').ServerMessage} ServerMessage */
/** @typedef {import('./consumer-channel.js').Welcome} Welcome */
/** @typedef {import('./consumer-channel.js').DeviceMessage} DeviceMessage */
/** @typedef {import('./consumer-channel.js').Permission} Permission */

/** @type {ConsumerChannel} */
let channel;
const say = (/** @type {DeviceMessage} */ message) => channel.send(message);
const phone = new Phone(say);
const thread = new Thread({ say, dial: (video, entry) => phone.dial(video, entry) });

exposeToTests({ connection: () => phone.call?.leg.connection ?? null, remote: speaker.mix });
start().catch(showProblem);

async function start() {
  const consumer = chosenConsumer(await loadConfig());
  button('call').addEventListener('click', () => phone.dial(false));
  button('call-video').addEventListener('click', () => phone.dial(true));
  button('revoke').addEventListener('click', () => say({ type: 'revoke_permission' }));
  button('sound').addEventListener('click', unblock);
  channel = new ConsumerChannel(consumer.token, { message: receive, lost, refused });
}

/** @param {ServerMessage} message */
function receive(message) {
  switch (message.type) {
    case 'welcome':
      return welcome(message);
    case 'entry':
      return thread.show(message.entry);
    case 'settings':
      return showSettings(message.settings);
    case 'permission':
      return showPermission(message.permission);
    case 'error':
      return phone.refused(message.call, message.detail);
    default:
      return phone.receive(message);
  }
}

/** @param {Welcome} message */
function welcome({ page, name, call, settings, permission, thread: entries }) {
  showParties(page.name, name);
  showLine('Online');
  showSettings(settings);
  showPermission(permission);
  thread.showAll(entries);
  phone.welcome(call);
}

/** @param {import('./call-button.js').Settings} settings */
function showSettings(settings) {
  showCallButtons(settings);
  thread.allowCalls(settings);
}

/** @param {Permission} permission */
function showPermission({ granted, expires_at }) {
  element('permission').hidden = !granted;
  const until = expires_at && new Date(expires_at).toLocaleDateString([], { day: 'numeric', month: 'long' });
  element('permission-until').textContent = `May call you until ${until}.`;
}

function unblock() {
  void audioContext().resume();
  speaker.unblock();
  button('sound').hidden = true;
}

function lost() {
  showLine('Connecting again…');
  phone.lost();
}

/** @param {string} why */
function refused(why) {
  phone.stop(why);
  showLine('Offline');
}
