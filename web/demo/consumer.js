import { ConsumerApp } from '../consumer/app.js';
import { speaker } from '../kit/media/open-media.js';
import { loadTexts } from '../consumer/texts/load.js';
import { chosenConsumer, loadConfig } from './config.js';
import { exposeToTests } from './page.js';
import { pretendDevices } from './pretend-devices.js';

/** The consumer's client, for a consumer of the demo: nobody needs a link. */
pretendDevices();
const [texts, config] = await Promise.all([loadTexts(), loadConfig()]);
const app = new ConsumerApp(texts);
exposeToTests({ connection: () => app.phone.call?.leg.connection ?? null, remote: speaker.mix });
app.open(config.page_id, chosenConsumer(config).token);
document.body.prepend(app);
