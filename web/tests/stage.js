import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

import { installEar } from './ear.js';
import { Server } from './server.js';

/** What each side sends, in hertz: far from each other, from their harmonics and from the keypad's tones. */
export const TONE = { business: 1000, consumer: 440 };

/** How long anything may take before a test fails, in milliseconds; long, because the machine may be busy. */
const PATIENCE_MS = 30_000;

const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    '--allow-loopback-in-peer-connection',
  ],
};

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./ear.js').Sound} Sound */

/** A server and a browser, with a business and a consumer who can call each other. */
export class Stage {
  /** What the pages complained about. @type {string[]} */
  complaints = [];

  /**
   * @param {Server} server
   * @param {import('playwright-core').Browser} browser
   */
  constructor(server, browser) {
    this.server = server;
    this.browser = browser;
  }

  static async open() {
    const server = await Server.start();
    return new Stage(server, await chromium.launch(CHROMIUM));
  }

  /** Between tests: closes every page and fails if one complained. */
  async clear() {
    await Promise.all(this.browser.contexts().map((context) => context.close()));
    assert.deepEqual(this.complaints.splice(0), [], 'no page complains');
  }

  async close() {
    await this.browser.close();
    await this.server.stop();
  }

  /**
   * @param {{psid: string}} consumer whom it calls
   * @param {object} [options]
   * @param {Record<string, string>} [options.query]
   * @param {import('playwright-core').BrowserContextOptions} [options.look]
   */
  business({ psid }, { query = {}, look = {} } = {}) {
    return this.#open('business', { psid, tone: String(TONE.business), ...query }, look);
  }

  /**
   * @param {{token: string}} consumer
   * @param {object} [options]
   * @param {import('playwright-core').BrowserContextOptions} [options.look]
   * @param {(page: Page) => Promise<void>} [options.prepare] before the page is loaded
   */
  async consumer({ token }, { look = {}, prepare } = {}) {
    const page = await this.#open('consumer', { token, tone: String(TONE.consumer) }, look, prepare);
    await inState(page, 'idle');
    return page;
  }

  /**
   * A page in a browser profile of its own.
   *
   * @param {string} name
   * @param {Record<string, string>} query
   * @param {import('playwright-core').BrowserContextOptions} look
   * @param {(page: Page) => Promise<void>} [prepare]
   */
  async #open(name, query, look, prepare) {
    const context = await this.browser.newContext({ viewport: { width: 1100, height: 780 }, ...look });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(`${name}: ${error.stack}`));
    page.on('console', (message) => message.type() === 'error' && this.complaints.push(`${name}: ${message.text()}`));
    await prepare?.(page);
    await page.goto(`${this.server.ready.base_url}/demo/${name}?${new URLSearchParams(query)}`);
    return page;
  }
}

/**
 * Waits until the page shows this state of the call.
 *
 * @param {Page} page
 * @param {string} state
 */
export function inState(page, state) {
  return page.waitForSelector(`#panel[data-state=${state}]`);
}

/**
 * Calls, accepts and waits until both pages say that they are connected.
 *
 * @param {Page} business
 * @param {Page} consumer
 */
export async function connect(business, consumer) {
  await business.click('#call');
  await inState(consumer, 'ringing');
  await consumer.click('#accept');
  await Promise.all([inState(business, 'connected'), inState(consumer, 'connected')]);
}

/**
 * The page's ear; one for as long as the page is loaded.
 *
 * @param {Page} page
 * @returns {Promise<import('playwright-core').JSHandle<import('./ear.js').Ear>>}
 */
export function ear(page) {
  return page.evaluateHandle(installEar);
}

/**
 * Waits until a tone is heard, at the level at which the other page sends it.
 *
 * @param {Page} page
 * @param {number} hertz
 */
export async function hears(page, hertz) {
  const listening = await ear(page);
  const heard = (/** @type {[import('./ear.js').Ear, number]} */ [ear, hertz]) => {
    const sound = ear.sound();
    return Math.abs(sound.hertz - hertz) < 12 && sound.decibels > -24 && sound.decibels < -14;
  };
  await page.waitForFunction(heard, /** @type {any} */ ([listening, hertz]), { polling: 100 }).catch(async () => {
    const sound = await listening.evaluate((ear) => ear.sound());
    assert.fail(`${hertz} Hz is not heard but ${JSON.stringify(sound)}`);
  });
}

/**
 * Waits until nothing is heard.
 *
 * @param {Page} page
 */
export async function hearsNothing(page) {
  const listening = await ear(page);
  await page.waitForFunction((/** @type {any} */ ear) => ear.sound().decibels < -60, listening, { polling: 100 });
}

/**
 * Waits until the business page shows a webhook of this kind whose signature holds, and reads it.
 *
 * @param {Page} business
 * @param {string} event
 */
export async function webhook(business, event) {
  const shown = await business.waitForSelector(`[data-event="${event}"][data-verified=true] pre`, { state: 'attached' });
  const { entry } = JSON.parse((await shown.textContent()) ?? '');
  return entry[0].calls[0];
}
