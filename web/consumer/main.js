import { enterFromFrame } from './access/frame.js';
import { enterFromLink } from './access/link.js';
import { ConsumerApp } from './app.js';
import { loadTexts } from './texts/load.js';

const app = new ConsumerApp(await loadTexts());
const page = location.pathname.split('/').filter(Boolean).at(-1) ?? '';
if (parent === window) enterFromLink(app, page);
else enterFromFrame(app, page);
document.body.prepend(app);
