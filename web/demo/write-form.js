import { button, element, showProblem } from './page.js';

/**
 * What the business can send into the conversation.
 *
 * @param {import('./graph.js').Graph} graph
 * @param {() => string} psid of the consumer it is for
 */
export function writeForm(graph, psid) {
  const text = /** @type {HTMLInputElement} */ (element('text'));
  const send = async (/** @type {object} */ message) => {
    try {
      await graph.send(psid(), message);
      showProblem(undefined, 'write-problem');
    } catch (error) {
      showProblem(error, 'write-problem');
    }
  };
  element('write').addEventListener('submit', (event) => {
    event.preventDefault();
    void send({ text: text.value });
    text.value = '';
  });
  for (const [id, payload] of Object.entries(TEMPLATES)) {
    button(id).addEventListener('click', () => send({ attachment: { type: 'template', payload } }));
  }
}

/** By the button that sends them. @type {Record<string, object>} */
const TEMPLATES = {
  'ask-permission': { template_type: 'calling_optin' },
  'send-prompt': { template_type: 'call_prompt', ttl_days: 3 },
  'send-buttons': {
    template_type: 'button',
    text: 'Need help?',
    buttons: [
      { type: 'audio_call', title: 'Call us', expires_in_days: 5 },
      { type: 'web_url', title: 'Read about us', url: 'https://example.com/' },
      { type: 'postback', title: 'Where is my order?', payload: 'ORDER' },
    ],
  },
};
