import { html } from '../../vendor/lit.js';
import { View } from '../view.js';
import './captures.js';
import './clock.js';
import './faults.js';
import './runs.js';

/** `<offhook-sandbox>`: what only a sandbox does: its clock, its faults, its simulated consumers. */
class Sandbox extends View {
  render() {
    return html`
      <section>
        <header class="title"><h1>Sandbox</h1></header>
        <offhook-clock></offhook-clock>
        <offhook-faults></offhook-faults>
        <offhook-captures></offhook-captures>
        <offhook-runs></offhook-runs>
      </section>
    `;
  }
}

customElements.define('offhook-sandbox', Sandbox);
