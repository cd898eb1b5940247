import assert from 'node:assert/strict';

import { address, approved, openLetter, sendTo, sign } from '../lib/agreement.mjs';
import { PASSWORD } from '../lib/steps.mjs';
import { story } from '../lib/story.mjs';

// Whom the agreement names as the enterprise's legal representative.
const OFFICER = '王示例';

/** The link of the letter by which somebody takes a place in a record. */
async function placeOf(person, email) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const links = person.letters(email).flatMap((letter) => letter.match(/https?:\/\/\S+\/join\/[\w-]+/g) ?? []);
    if (links.length > 0) return new URL(links.at(-1)).pathname;
    if (Date.now() > deadline) throw new Error(`nobody invited ${email}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Takes a place with a new login. */
async function join(person, email, { name, lastFour }, picture) {
  await person.open(await placeOf(person, email));
  await person.see(`${picture}-join`);
  await person.fill('name', name);
  if (lastFour) await person.fill('id_last_four', lastFour);
  await person.fill('email', email);
  await person.fill('password', PASSWORD);
  await person.press('record_join.go');
  await person.reads('flash.place_taken');
}

/** An officer invites somebody by letter. */
async function invite(officer, record, role, name, email) {
  await officer.open(`${record}/people`);
  await officer.page.locator(`[name=role][value=${role}]`).check();
  await officer.page.locator('[name=by][value=letter]').check();
  await officer.fill('name', name);
  await officer.fill('email', email);
  await officer.press('record.assign_go');
  await officer.reads('flash.person_invited');
}

const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());

story('an apprentice writes a week and the mentor approves it', async (officer, another) => {
  const { path, college, apprentice } = await approved(officer, another);
  const record = path.replace('/agreements/', '/records/');
  const to = Object.fromEntries(
    ['apprentice', 'enterprise', 'mentor', 'tutor'].map((role) => [role, address(officer, `week-${role}`)]),
  );
  await sendTo(officer, path, { apprentice: { email: to.apprentice }, enterprise: { name: OFFICER, email: to.enterprise } });
  await officer.press('agreement.send_go');
  const young = await another();
  await openLetter(young, to.apprentice);
  await sign(young, apprentice);
  await young.reads('signing.done');
  const signatory = await another();
  await openLetter(signatory, to.enterprise);
  await sign(signatory, { name: OFFICER });
  await signatory.reads('signing.done');

  // The apprentice takes the place, and confirms what stands in the record.
  await join(young, to.apprentice, apprentice, 'week-1');
  await young.see('week-2-home');
  await young.arrive(() => young.page.locator('.step a.button').click());
  await young.see('week-3-section');
  for (let section = 0; section < 5; section += 1) {
    await young.press('record.confirm');
    await young.reads('flash.section_confirmed');
  }
  assert.equal(await young.page.locator('section[aria-labelledby=sections] .badge.done').count(), 5);

  // The officers see to what is missing, and to who looks after the apprentice.
  await officer.open('/workspace/apprentices');
  await officer.see('week-4-apprentices');
  await officer.open(`${record}/start`);
  await officer.see('week-5-start');
  await officer.fill('insured_from', today());
  await officer.fill('safety_training_on', today());
  await officer.press('common.save');
  await officer.reads('flash.start_saved');
  await invite(officer, record, 'mentor', '赵示例', to.mentor);
  await officer.see('week-6-people');
  await invite(college, record, 'tutor', '钱示例', to.tutor);
  const mentor = await another();
  await join(mentor, to.mentor, { name: '赵示例' }, 'week-7-mentor');
  const tutor = await another();
  await join(tutor, to.tutor, { name: '钱示例' }, 'week-8-tutor');

  // A week on a phone: one line of today is there already.
  await young.open('/my');
  await young.see('week-9-home');
  await young.arrive(() => young.page.locator('.step a.button').click());
  await young.see('week-10-empty');
  const options = young.field('lines.0.what').locator('option');
  await young.choose('lines.0.what', await options.nth(3).getAttribute('value'));
  await young.fill('lines.0.extra', '七个半');
  await young.fill('lines.0.note', '看图纸，量了三个零件');
  await young.press('week.save');
  await young.page.locator('#mistakes').waitFor();
  assert.equal(await young.field('lines.0.extra').inputValue(), '七个半', 'what was typed stays');
  await young.see('week-11-mistake');
  await young.fill('lines.0.extra', '7:30');
  await young.fill('text', '会自己对刀了，螺纹还不太懂。');
  await young.press('week.save');
  await young.reads('flash.week_saved');
  await young.see('week-12-written');
  await young.press('week.submit');
  await young.reads('flash.week_submitted');
  await young.see('week-13-submitted');

  // The mentor returns it with a reason; mended, it is approved in one press.
  await mentor.open('/weeks');
  await mentor.page.locator('.also summary').first().click();
  await mentor.see('week-14-review');
  await mentor.page.locator('.review .fold summary').first().click();
  await mentor.page.locator('.review textarea').first().fill('五点以后在打扫，请改成七小时');
  await mentor.see('week-15-returning');
  await mentor.press('week.return_go');
  await mentor.reads('flash.week_returned');
  await young.open('/my');
  await young.arrive(() => young.page.locator('.step a.button').click());
  await young.see('week-16-returned');
  await young.fill('lines.0.extra', '7');
  await young.press('week.submit');
  await young.reads('flash.week_submitted');
  await mentor.open('/weeks');
  await mentor.press('week.approve');
  await mentor.reads('flash.week_approved');
  await mentor.see('week-17-done');
  await tutor.open('/weeks');
  await tutor.press('week.approve');
  await tutor.reads('flash.week_approved');

  await young.open('/my');
  await young.see('week-18-approved');
  assert.ok(await young.page.locator('section[aria-labelledby=weeks] .badge.done').count(), 'the week is approved');
  for (const [picture, place] of [
    ['19-agreement', 'agreement'],
    ['20-weeks', 'weeks'],
    ['21-opened', 'opened'],
    ['22-complain', 'complain'],
    ['23-withdraw', 'withdraw'],
    ['24-people', 'people'],
  ]) {
    await young.open(`${record}/${place}`);
    await young.see(`week-${picture}`);
  }
  await officer.open(record);
  await officer.see('week-25-officer');
});
