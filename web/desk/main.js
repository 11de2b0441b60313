import { DeskApp } from './app.js';
import { loadTexts } from './texts/load.js';

const app = new DeskApp(await loadTexts());
document.body.prepend(app);
await app.start();
