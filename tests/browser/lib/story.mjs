// A story is told four times: in both languages, on a phone without script and on a desk with script. Whatever it looks at
// is photographed and measured, and nothing it does may make the page complain or ask another host.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { CHROMIUM_FLAGS, chromiumPath } from './chromium.mjs';
import { letters, linkTo } from './letters.mjs';
import { words } from './words.mjs';

export const base = process.env.QIXIAO_URL;
const out = process.env.QIXIAO_OUT;
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page may weigh this much, pictures apart, before compression. */
const HEAVIEST_PAGE = 60 * 1024;

export const PHONE_ZH = { locale: 'zh', width: 390, height: 844, script: false, dark: false };
export const PHONE_EN = { locale: 'en', width: 390, height: 844, script: false, dark: false };
export const DESK_EN = { locale: 'en', width: 1280, height: 900, script: true, dark: false };
export const DESK_ZH = { locale: 'zh', width: 1280, height: 900, script: true, dark: false };
export const dark = (look) => ({ ...look, dark: true });
/** Both languages on both sizes: every story is told in these. */
export const FOUR = [PHONE_ZH, DESK_EN, DESK_ZH, PHONE_EN];
/** The same, and the dark of each size. */
export const EVERY = [...FOUR, dark(PHONE_ZH), dark(DESK_EN)];

/** Told four times on one server, a story needs four of what is there once: the one for this look. */
export const own = (look, choices) => choices[FOUR.indexOf(look)];

const name = (look) =>
  `${look.locale}-${look.width}${look.script ? '' : '-noscript'}${look.dark ? '-dark' : ''}`;

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_FLAGS });
});
after(() => browser?.close());

const weights = new Map();
let arrived = 0;

const copies = new Map();

/** A page for copies of what is seen in this look; the stories of one file are told one after the other, so one will do. */
async function copyFor(look) {
  const key = name(look);
  if (!copies.has(key)) {
    const context = await browser.newContext({
      viewport: { width: look.width, height: look.height },
      colorScheme: look.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    const copy = { page: await context.newPage(), answer: undefined };
    await copy.page.route('**/*', (route) => {
      const request = route.request();
      if (request.isNavigationRequest()) return route.fulfill(copy.answer);
      return request.resourceType() === 'script' ? route.abort() : route.continue();
    });
    copies.set(key, copy);
  }
  return copies.get(key);
}

async function findGrave(page) {
  // Evaluated through the debugger, so that the content security policy does not stand in the way.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, help, nodes }) => `${impact} ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html).join(' | ')}`);
}

/** A visitor: one browser with cookies of its own. */
export class Visitor {
  constructor(look, context, page) {
    this.look = look;
    this.context = context;
    this.page = page;
    this.complaints = [];
    this.document = undefined;
    const ours = new URL(base).host;
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (/^https?:|^wss?:/.test(url.protocol) && url.host !== ours) this.complaints.push(`asks another host: ${url}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 500) this.complaints.push(`${response.status()} for ${response.url()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`script error on ${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      // What the browser says about a status is known from the status; what remains is our fault: a broken policy, a typo.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) {
        this.complaints.push(`console on ${page.url()}: ${message.text()}`);
      }
    });
    page.on('response', (response) => {
      const request = response.request();
      if (request.isNavigationRequest() && request.frame() === page.mainFrame() && (response.status() < 300 || response.status() >= 400)) {
        this.document = response;
      }
    });
  }

  /** People come from addresses of their own, as a proxy says: what is limited by address is limited for each of them. */
  static async arrive(look) {
    arrived += 1;
    const context = await browser.newContext({
      baseURL: base,
      viewport: { width: look.width, height: look.height },
      locale: look.locale === 'zh' ? 'zh-CN' : 'en-GB',
      timezoneId: 'Asia/Shanghai',
      javaScriptEnabled: look.script,
      colorScheme: look.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
      extraHTTPHeaders: { 'X-Forwarded-For': `10.${process.pid % 250}.${arrived >> 8}.${arrived & 255}` },
    });
    context.setDefaultTimeout(15_000);
    return new Visitor(look, context, await context.newPage());
  }

  /** The message of the catalogue in this visitor's language. */
  say(key, args) {
    return words(this.look.locale, key, args);
  }

  /** Opens a path and expects an answer that is no error. */
  async open(path, status = 200) {
    const response = await this.page.goto(path);
    assert.equal(response.status(), status, `${path} answers ${response.status()}`);
  }

  /** The field of that name in the page's main form. */
  field(name) {
    return this.page.locator(`[id="f-${name}"]`);
  }

  async fill(name, value) {
    await this.field(name).fill(value);
  }

  async choose(name, value) {
    await this.field(name).selectOption(value);
  }

  /** Presses the one button that says the message. */
  async press(key, args) {
    await this.page.locator('main').getByRole('button', { name: this.say(key, args), exact: true }).click();
  }

  /** Does what leads to another page, and is there. */
  async arrive(act) {
    // A click or a key does not wait for the page it leads to; whoever looked right after it would see the old one.
    const arrived = this.page.waitForEvent('framenavigated', (frame) => frame === this.page.mainFrame());
    await Promise.all([arrived, act()]);
    await this.page.waitForLoadState('domcontentloaded');
  }

  /** Follows a link that says the message. */
  async follow(key, args) {
    const link = this.page.locator('main').getByRole('link', { name: this.say(key, args), exact: true }).first();
    await this.arrive(() => link.click());
  }

  /** The page says the message. */
  async reads(key, args) {
    const text = this.say(key, args);
    await this.page.getByText(text).first().waitFor({ timeout: 5_000 }).catch(() => {
      throw new Error(`${this.page.url()} does not say: ${text}`);
    });
  }

  /** Photographs and measures the page as it stands. */
  async see(picture) {
    const { page, look } = this;
    // From its top: a picture of the whole page shows what sticks where the window stands.
    await page.evaluate(() => globalThis.scrollTo(0, 0));
    const photograph = () => page.screenshot({ path: join(out, `${picture}.${name(look)}.png`), fullPage: true });
    // The browser, not the page, fails to hand over a picture now and then on a busy machine; a second time it does.
    await photograph().catch((error) => {
      if (!/Unable to capture screenshot/.test(error.message)) throw error;
      return photograph();
    });
    const facts = await page.evaluate(() => ({
      lang: document.documentElement.lang,
      title: document.title,
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      headings: document.querySelectorAll('h1').length,
    }));
    const where = `${picture} (${name(look)})`;
    assert.equal(facts.lang.slice(0, 2), look.locale, `${where} is not in ${look.locale}`);
    assert.ok(facts.title.trim(), `${where} has no title`);
    assert.equal(facts.headings, 1, `${where} has ${facts.headings} first-level headings`);
    assert.ok(facts.wide <= 0, `${where} is ${facts.wide} px wider than the screen`);
    await this.weigh(where);
    await this.axe(where);
  }

  /** Document, styles and scripts together, before compression. */
  async weigh(where) {
    const html = await this.document.text();
    let bytes = Buffer.byteLength(html);
    for (const [tag] of html.matchAll(/<(?:link|script)\b[^>]*>/g)) {
      const isStyle = /\brel="?stylesheet/.test(tag);
      const source = (isStyle ? /\bhref="?([^"\s>]+)/ : /^<script\b.*?\bsrc="?([^"\s>]+)/).exec(tag)?.[1];
      if (!source) continue;
      const url = new URL(source.replaceAll('&#x2f;', '/').replaceAll('&amp;', '&'), this.page.url()).href;
      if (!weights.has(url)) weights.set(url, (await (await this.context.request.get(url)).body()).length);
      bytes += weights.get(url);
    }
    assert.ok(bytes < HEAVIEST_PAGE, `${where} weighs ${bytes} bytes`);
  }

  /** axe-core: nothing serious or critical. */
  async axe(where) {
    const grave = this.look.script ? await findGrave(this.page) : await this.withCopy(findGrave);
    assert.deepEqual(grave, [], where);
  }

  /**
   * axe-core needs timers, which a page without script has not. It looks at a copy: the same bytes under the same address in
   * a browser with script, from which only the page's own scripts are kept away.
   */
  async withCopy(look) {
    const [html, headers] = [await this.document.text(), await this.document.allHeaders()];
    delete headers['content-encoding'];
    delete headers['content-length'];
    const copy = await copyFor(this.look);
    copy.answer = { status: 200, headers, body: html };
    await copy.page.goto(this.page.url().split('#')[0]);
    return look(copy.page);
  }

  async leave() {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
  }

  letters = letters;
  linkTo = linkTo;
}

/** Tells a story once per look; `tell` gets the visitor, and `another()` for a second person in the same story. */
export function story(title, tell, looks = FOUR) {
  for (const look of looks) {
    test(`${title} (${name(look)})`, { timeout: 420_000 }, async () => {
      const visitors = [];
      const another = async () => {
        const visitor = await Visitor.arrive(look);
        visitors.push(visitor);
        return visitor;
      };
      const visitor = await another();
      try {
        await tell(visitor, another);
      } catch (error) {
        const picture = `failed-${title.replace(/\W+/gu, '-')}.${name(look)}.png`;
        await visitor.page.screenshot({ path: join(out, picture), fullPage: true }).catch(() => {});
        throw error;
      }
      for (const person of visitors) await person.leave();
    });
  }
}
