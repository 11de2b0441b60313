import { ConsoleApp } from './app.js';

document.body.prepend(new ConsoleApp());
