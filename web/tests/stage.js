import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

import { installEar } from './ear.js';
import { installEye } from './eye.js';
import { Server } from './server.js';

/** What each side sends, in hertz: far from each other, from their harmonics and from the keypad's tones. */
export const TONE = { business: 1000, consumer: 440 };

/** The stripes of each side's drawn camera, and of a screen that is shared; no order is a rotation of another. */
export const STRIPES = { business: 'RGBY', consumer: 'CMWK', screen: 'RBGY' };

/** How long anything may take before a test fails, in milliseconds; long, because the machine may be busy. */
const PATIENCE_MS = 30_000;

/** How the browser is started: with the same fonts, drawn in the same way, on every machine. */
export const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  env: { ...process.env, FONTCONFIG_FILE: fileURLToPath(new URL('fonts.conf', import.meta.url)) },
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-lcd-text',
    '--font-render-hinting=none',
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
  /** What pages are opened with unless they are to be opened otherwise. @type {import('playwright-core').BrowserContextOptions} */
  look = {};
  /** Done to every page before it is loaded. @type {(page: Page) => Promise<unknown>} */
  prepare = async () => {};

  /**
   * @param {Server} server
   * @param {import('playwright-core').Browser} browser
   */
  constructor(server, browser) {
    this.server = server;
    this.browser = browser;
  }

  /** @param {Promise<Server>} [starting] the server, if it is not one for development */
  static async open(starting = Server.start()) {
    const server = await starting;
    return new Stage(server, await chromium.launch(CHROMIUM));
  }

  /** Between tests: closes every page and fails if one complained. */
  async clear() {
    await Promise.all(this.browser.contexts().map((context) => context.close()));
    assert.deepEqual(this.complaints.splice(0), [], 'no page complains');
  }

  /**
   * A complaint that belongs to what a test shows: the browser writes every refused request to its console.
   *
   * @param {RegExp} complaint
   */
  forgive(complaint) {
    this.complaints = this.complaints.filter((made) => !complaint.test(made));
  }

  async close() {
    await this.browser.close();
    await this.server.stop();
  }

  /**
   * A business's page that sees webhooks: what came before would be lost to it.
   *
   * @param {{psid: string}} consumer whom it calls
   * @param {object} [options]
   * @param {Record<string, string>} [options.query]
   * @param {import('playwright-core').BrowserContextOptions} [options.look]
   * @param {(page: Page) => Promise<unknown>} [options.prepare] before the page is loaded
   */
  async business({ psid }, { query = {}, look = {}, prepare } = {}) {
    const own = { psid, tone: String(TONE.business), camera: STRIPES.business };
    const page = await this.#open('business', { ...own, ...query }, look, prepare);
    await page.waitForSelector('#feed[data-live=true]');
    return page;
  }

  /**
   * @param {{token: string}} consumer
   * @param {object} [options]
   * @param {import('playwright-core').BrowserContextOptions} [options.look]
   * @param {(page: Page) => Promise<unknown>} [options.prepare] before the page is loaded
   */
  async consumer({ token }, { look = {}, prepare } = {}) {
    const own = { token, tone: String(TONE.consumer), camera: STRIPES.consumer };
    const page = await this.#open('consumer', own, look, prepare);
    await inState(page, 'idle');
    return page;
  }

  /**
   * The consumer's client, opened by a link as a business sends it; with the browser's own pretended microphone and camera.
   *
   * @param {{token: string}} consumer
   * @param {object} [options]
   * @param {string} [options.page] the Page whose consumer that is
   * @param {Record<string, string>} [options.query]
   * @param {import('playwright-core').BrowserContextOptions} [options.look]
   * @param {(page: Page) => Promise<unknown>} [options.prepare] before the page is loaded
   */
  async client({ token }, { page: id = this.server.ready.page_id, query = {}, look = {}, prepare } = {}) {
    const page = await this.open(`c/${id}?${new URLSearchParams(query)}#token=${token}`, look, prepare);
    await inState(page, 'idle');
    return page;
  }

  /**
   * @param {string} name
   * @param {Record<string, string>} query
   * @param {import('playwright-core').BrowserContextOptions} look
   * @param {(page: Page) => Promise<unknown>} [prepare]
   */
  #open(name, query, look, prepare) {
    return this.open(`demo/${name}?${new URLSearchParams(query)}`, look, prepare);
  }

  /**
   * A page in a browser profile of its own.
   *
   * @param {string} path
   * @param {import('playwright-core').BrowserContextOptions} look
   * @param {(page: Page) => Promise<unknown>} [prepare]
   * @param {string} [site] where the page is, if not at the server
   */
  async open(path, look = {}, prepare, site = this.server.ready.base_url) {
    const name = path.replace(/^demo\/|\?.*/g, '');
    const context = await this.browser.newContext({ viewport: { width: 1100, height: 780 }, ...this.look, ...look });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(`${name}: ${error.stack}`));
    page.on('console', (message) => message.type() === 'error' && this.complaints.push(`${name}: ${message.text()}`));
    await this.prepare(page);
    await prepare?.(page);
    await page.goto(`${site}/${path}`);
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
  return page.waitForSelector(`#panel[data-state=${state}]`, { state: 'attached' });
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
 * Waits until exactly these pictures of the other side are seen, each of them moving.
 *
 * @param {Page} page
 * @param {...string} stripes the drawn cameras', in any order
 */
export async function sees(page, ...stripes) {
  const watching = await page.evaluateHandle(installEye);
  const seen = (/** @type {[import('./eye.js').Eye, string[]]} */ [eye, stripes]) => {
    const pictures = eye.pictures();
    return pictures.length === stripes.length && stripes.every((wanted) => pictures.some((picture) => picture.moves(wanted)));
  };
  await page.waitForFunction(seen, /** @type {any} */ ([watching, stripes]), { polling: 100 }).catch(async () => {
    const pictures = await watching.evaluate((eye) => eye.pictures().map(({ seen }) => seen));
    assert.fail(`${JSON.stringify(stripes)} is not seen but ${JSON.stringify(pictures)}`);
  });
}

/**
 * Before a page is loaded: gives every video sender and receiver of the page this codec alone.
 *
 * @param {string} codec
 * @returns {(page: Page) => Promise<unknown>}
 */
export function forceCodec(codec) {
  return (page) =>
    page.addInitScript((/** @type {string} */ codec) => {
      const add = RTCPeerConnection.prototype.addTransceiver;
      RTCPeerConnection.prototype.addTransceiver = function (...args) {
        const transceiver = add.apply(this, args);
        const offered = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
        const wanted = offered.filter(({ mimeType }) => [`video/${codec}`, 'video/rtx'].includes(mimeType));
        if (transceiver.receiver.track.kind === 'video') transceiver.setCodecPreferences(wanted);
        return transceiver;
      };
    }, codec);
}

/**
 * Before a page is loaded: a drawn screen in place of the browser's choice of one.
 *
 * @param {Page} page
 */
export function shareDrawnScreen(page) {
  return page.addInitScript((/** @type {string} */ stripes) => {
    navigator.mediaDevices.getDisplayMedia = async () => {
      const { drawnTrack } = await import(/** @type {string} */ ('/assets/demo/drawn-camera.js'));
      return new MediaStream([drawnTrack(stripes)]);
    };
  }, STRIPES.screen);
}

/**
 * The video codecs in which the page receives and sends pictures.
 *
 * @param {Page} page
 * @returns {Promise<Record<string, string[]>>}
 */
export function codecs(page) {
  return page.evaluate(async () => {
    const stats = await /** @type {any} */ (window).offhookDemo.connection().getStats();
    const of = (/** @type {string} */ wanted) => {
      const streams = [...stats.values()].filter(({ type, kind, codecId }) => type === wanted && kind === 'video' && codecId);
      return [...new Set(streams.map(({ codecId }) => stats.get(codecId).mimeType))];
    };
    return { 'inbound-rtp': of('inbound-rtp'), 'outbound-rtp': of('outbound-rtp') };
  });
}

/**
 * Waits until the business page shows a webhook of this kind whose signature holds, and reads it.
 *
 * @param {Page} business
 * @param {string} event
 */
export async function webhook(business, event) {
  return (await entry(business, event)).calls[0];
}

/**
 * Waits until the business page shows a webhook of this kind whose signature holds, and reads its newest entry.
 *
 * @param {Page} business
 * @param {string} event
 */
export async function entry(business, event) {
  const shown = await business.waitForSelector(`[data-event="${event}"][data-verified=true] pre`, { state: 'attached' });
  return JSON.parse((await shown.textContent()) ?? '').entry[0];
}

/**
 * The kinds of the webhooks so far, oldest first.
 *
 * @param {Page} business
 */
export function story(business) {
  return business.$$eval('#webhooks > li', (items) => items.map((item) => item.dataset.event).reverse());
}

/**
 * The versions of the `media_update` webhooks so far, oldest first.
 *
 * @param {Page} business
 * @returns {Promise<number[]>}
 */
export async function versions(business) {
  const bodies = await business.$$eval('[data-event=media_update] pre', (shown) => shown.map(({ textContent }) => textContent ?? ''));
  return bodies.map((body) => JSON.parse(body).entry[0].calls[0].session.version).reverse();
}
