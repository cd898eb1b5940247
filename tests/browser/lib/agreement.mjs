// Agreements that stories begin with, and how people sign them.
import assert from 'node:assert/strict';

import { draft } from './draft.mjs';
import { become } from './steps.mjs';
import { base } from './story.mjs';
import { words } from './words.mjs';

/** Sends a form of ours as the browser would, without drawing the page in between. */
async function post(visitor, path, fields) {
  const response = await visitor.context.request.post(path, {
    form: fields,
    headers: { Origin: base, 'Sec-Fetch-Site': 'same-origin' },
    maxRedirects: 0,
  });
  const said = response.status() === 303 ? '' : (await response.text()).replace(/<[^>]*>|\s+/g, ' ').slice(0, 2_000);
  assert.equal(response.status(), 303, `POST ${path}: ${said}`);
  return response.headers().location;
}

async function page(visitor, path) {
  const response = await visitor.context.request.get(path);
  assert.equal(response.status(), 200, path);
  const plain = { '&#x2f;': '/', '&amp;': '&', '&quot;': '"', '&#x27;': "'", '&lt;': '<', '&gt;': '>' };
  return (await response.text()).replace(/&(?:#x2f|amp|quot|#x27|lt|gt);/g, (sign) => plain[sign]);
}

const hidden = (html, name) => new RegExp(`name="${name.replaceAll('.', '\\.')}"[^>]*?value="([^"]*)"`).exec(html)?.[1] ?? '';

/** Of what was typed, what this section's form asks for; an entry of a list belongs where the list is. */
function asked(html, typed) {
  const names = new Set([...html.matchAll(/\bname="([a-z_]+\.[^"]+)"/g)].map(([, name]) => name));
  const lists = new Set([...names].map((name) => /^(.*?)\.\d+\./.exec(name)?.[1]).filter(Boolean));
  const here = (key) => names.has(key) || lists.has(/^(.*?)\.\d+\./.exec(key)?.[1]);
  return Object.fromEntries(Object.entries(typed).filter(([key]) => here(key)));
}

async function approve(visitor, path) {
  await post(visitor, `${path}/approve`, { version: hidden(await page(visitor, path), 'version') });
}

/** The two sides of the demonstration, signed in. */
export async function sides(officer, another) {
  const college = await another();
  await become(college, 'college');
  await become(officer, 'enterprise');
  const name = (visitor) => visitor.page.locator('h1').innerText();
  return { college, names: { college: await name(college), enterprise: await name(officer) } };
}

/** A whole agreement, written by the enterprise and approved by both: what is left is to send it. */
export async function approved(officer, another, { minor = false } = {}) {
  const { college, names } = await sides(officer, another);
  const { typed, apprentice, guardian } = draft({ minor });
  const path = await post(officer, '/agreements/new', { with: 'college', other: names.college });
  const sections = [...new Set((await page(officer, path)).match(/\/sections\/[a-z]+/g))];
  for (const section of sections) {
    const html = await page(officer, path + section);
    const uscc = hidden(html, 'enterprise.uscc');
    if (uscc) typed['labour_contract.employer_uscc'] = uscc;
    await post(officer, path + section, { seen: hidden(html, 'seen'), act: 'back', ...asked(html, typed) });
  }
  await post(officer, `${path}/check`, { document_seen: 'yes', earlier_probations: '0' });
  // Warnings want a reason, one after the other.
  const given = new Set();
  for (;;) {
    const html = await page(officer, path);
    const forms = html.split(`action="${path}/reasons"`).slice(1);
    const open = forms.map((form) => ['rule', 'field', 'at'].map((name) => hidden(form, name)));
    const next = open.find(([rule, field]) => !given.has(`${rule} ${field}`));
    if (!next) break;
    const [rule, field, at] = next;
    given.add(`${rule} ${field}`);
    await post(officer, `${path}/reasons`, { rule, field, at, [at]: '双方已经核对，确有需要。' });
  }
  await post(officer, `${path}/hand-over`, { 'hand_over.words': '' });
  await approve(college, path);
  await approve(officer, path);
  return { path, college, names, apprentice, guardian };
}

/** An address that nobody else in the stories has. */
export const address = (visitor, who) =>
  `${who}-${visitor.look.locale}-${visitor.look.width}-${process.pid}@home.example`;

/** The officer names who signs and where their letters go. */
export async function sendTo(officer, path, addresses) {
  await officer.open(path);
  for (const [role, { name, email }] of Object.entries(addresses)) {
    if (name) await officer.fill(`${role}.name`, name);
    await officer.fill(`${role}.email`, email);
  }
}

/** Whom the page offers to sign for an organisation: the name and the address of one of its people. */
export async function offered(officer, path, role) {
  await officer.open(path);
  const said = await officer.page.locator(`[id="h-${role}.name"]`).innerText();
  const [, name, email] = /^\s*(\S+)\s+(\S+@[^\s;]+)/.exec(said);
  return { name, email };
}

const ASKS = ['sign', 'acknowledge'].flatMap((act) =>
  ['zh', 'en'].map((locale) => words(locale, `letter.please_sign.subject.${act}`).split(/[{《]/)[0].trim()),
);

/** Finds the letter that asks to sign the agreement of this number on the page of letters, opens it and presses its button. */
export async function openLetter(person, email, { picture, number = '' } = {}) {
  const letter = person.page.locator('.list h2 a', { hasText: new RegExp(ASKS.join('|')) }).filter({ hasText: number }).first();
  await person.open(`/demo/mail?to=${encodeURIComponent(email)}`);
  for (let tries = 0; (await letter.count()) === 0; tries += 1) {
    if (tries > 120) throw new Error(`${email} was not asked to sign`);
    await person.page.waitForTimeout(250);
    await person.page.reload();
  }
  if (picture) await person.see(`${picture}-mail`);
  await letter.click();
  const button = person.page.frameLocator('iframe.letter').locator('a.button');
  await button.waitFor();
  if (picture) await person.see(`${picture}-letter`);
  await pressLink(person.page, button, /\/sign\//);
}

/**
 * Presses a link in a frame of its own process. Chromium under load hands such a press to nobody now and then, and a person
 * presses again; so does this, but only when the press asked for nothing. An answer is given longer than a page of ours takes
 * on a busy machine.
 */
async function pressLink(page, link, leadsTo) {
  for (let tries = 1; ; tries += 1) {
    const arrived = page.waitForURL(leadsTo, { timeout: 60_000 });
    arrived.catch(() => {});
    const asked = page.waitForRequest(leadsTo, { timeout: 10_000 }).then(() => true, () => false);
    await link.click();
    if (await asked) return arrived;
    if (tries === 3) throw new Error(`a link was pressed ${tries} times and asked for nothing`);
    console.log(`a link was pressed and asked for nothing: ${page.url()}`);
  }
}

/** Says who they are, where the page asks. */
export async function identify(person, { name, lastFour }) {
  if (await person.field('signatory_name').count()) await person.fill('signatory_name', name);
  if (await person.field('id_last_four').count()) await person.fill('id_last_four', lastFour);
}

/** Who signs for an organisation says by what right: the enterprise's as its legal representative, the college's as an agent. */
async function declare(person, role) {
  const by = role === 'college' ? 'agent' : 'legal_representative';
  const right = person.page.locator(`[name=capacity][value=${by}]`);
  if ((await right.count()) === 0) return;
  await right.check();
  if (by === 'legal_representative') return;
  await person.fill('authority_title', '教务处处长');
  await person.fill('authority_document', '授权委托书 2026-17 号');
  await person.fill('authority_dated', '2026-09-01');
}

/** Reads to the end, says who they are, agrees and presses the one button. */
export async function sign(person, { role, ...who }) {
  await person.page.locator('#sign').scrollIntoViewIfNeeded();
  await identify(person, who);
  await declare(person, role);
  await person.page.locator('[name=agreed]').check();
  await person.press(role === 'college' ? 'signing.go_acknowledge' : 'signing.go');
}
