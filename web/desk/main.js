import { DeskApp } from './app.js';

const app = new DeskApp();
document.body.prepend(app);
await app.start();
