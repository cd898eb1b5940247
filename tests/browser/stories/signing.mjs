import assert from 'node:assert/strict';

import { address, approved, identify, offered, openLetter, sendTo, sign } from '../lib/agreement.mjs';
import { story } from '../lib/story.mjs';

// The legal representative of the draft.
const OFFICER = '王示例';

/** How many places of the agreement stand so, as the page of a party says it. */
const slots = (officer, state) =>
  officer.page.locator('section[aria-labelledby=slots] .badge', { hasText: officer.say(`agreement_slot.${state}`) }).count();

story('three people sign one agreement through their letters', async (officer, another) => {
  const { path, names, apprentice } = await approved(officer, another);
  const to = Object.fromEntries(['apprentice', 'enterprise'].map((role) => [role, address(officer, `three-${role}`)]));
  // Who acknowledges for the college is one of its own people, whom everybody of the demonstration shares.
  const tutor = await offered(officer, path, 'college');
  const number = await officer.page.locator('.over .nowrap').innerText();
  await sendTo(officer, path, {
    apprentice: { email: to.apprentice },
    enterprise: { name: OFFICER, email: to.enterprise },
    college: tutor,
  });
  await officer.see('sign-1-send');
  await officer.press('agreement.send_go');
  await officer.reads('flash.agreement_sent');
  await officer.see('sign-2-sent');

  const young = await another();
  await openLetter(young, to.apprentice, { picture: 'sign-3-apprentice' });
  const link = young.page.url();
  await young.see('sign-4-read');
  // Looking signs nothing, and neither does a name that is somebody else's.
  await sign(young, { name: OFFICER, lastFour: apprentice.lastFour });
  await young.page.locator('#mistakes').waitFor();
  await young.see('sign-5-not-the-person');
  await sign(young, apprentice);
  await young.reads('signing.done');
  await young.see('sign-6-signed');

  const college = await another();
  await openLetter(college, tutor.email, { picture: 'sign-7-college', number });
  await college.see('sign-8-read');
  await sign(college, { name: tutor.name, role: 'college' });
  await college.reads('signing.done_college');

  const enterprise = await another();
  await openLetter(enterprise, to.enterprise, { picture: 'sign-9-enterprise' });
  await enterprise.see('sign-10-read');
  await sign(enterprise, { name: OFFICER });
  await enterprise.reads('signing.done');
  await enterprise.see('sign-11-signed');

  await officer.open(path);
  assert.equal(await slots(officer, 'signed'), 3);
  await officer.see('sign-12-effective');
  await officer.open('/workspace/agreements?show=running');
  await officer.page.locator('.list h3', { hasText: apprentice.name }).first().waitFor();
  await officer.see('sign-15-list');
  // The link of the first letter goes on leading to what was signed, and from there to the page that verifies it.
  await young.page.goto(link);
  await young.see('sign-13-all-signed');
  await young.page.locator('a.seal').click();
  await young.reads('verify.title');
  assert.ok((await young.page.locator('main').innerText()).includes(names.enterprise));
  assert.equal((await young.page.locator('main').innerText()).includes(apprentice.name), false, 'it names no person');
  await young.see('sign-14-verified');
});

story('a guardian signs for a 17-year-old', async (officer, another) => {
  const { path, names, apprentice, guardian } = await approved(officer, another, { minor: true });
  const to = Object.fromEntries(['apprentice', 'guardian', 'enterprise'].map((role) => [role, address(officer, `minor-${role}`)]));
  await sendTo(officer, path, {
    apprentice: { email: to.apprentice },
    guardian: { email: to.guardian },
    enterprise: { name: OFFICER, email: to.enterprise },
  });
  await officer.press('agreement.send_go');
  await officer.reads('flash.agreement_sent');

  const young = await another();
  await openLetter(young, to.apprentice);
  await sign(young, apprentice);
  await young.reads('signing.done');
  await young.see('guardian-1-apprentice-signed');

  const father = await another();
  await openLetter(father, to.guardian, { picture: 'guardian-2' });
  await father.reads('signing.asks.guardian', { name: guardian.name, apprentice: apprentice.name, enterprise: names.enterprise });
  await father.see('guardian-3-read');
  // The child's number is not the father's.
  await sign(father, { ...guardian, lastFour: apprentice.lastFour });
  await father.page.locator('#mistakes').waitFor();
  await sign(father, guardian);
  await father.reads('signing.done');
  await father.see('guardian-4-signed');
  await officer.open(path);
  assert.equal(await slots(officer, 'signed'), 2);
  await officer.see('guardian-5-enterprise-next');
});

story('a wrong address is mended without starting over', async (officer, another) => {
  const { path, apprentice, guardian } = await approved(officer, another, { minor: true });
  const of = (who) => address(officer, `typo-${who}`);
  const wrong = of('fahter');
  await sendTo(officer, path, {
    apprentice: { email: of('apprentice') },
    guardian: { email: wrong },
    enterprise: { name: OFFICER, email: of('enterprise') },
  });
  await officer.press('agreement.send_go');
  await officer.reads('flash.agreement_sent');
  const young = await another();
  await openLetter(young, of('apprentice'));
  await sign(young, apprentice);
  await young.reads('signing.done');
  const stranger = await another();
  await openLetter(stranger, wrong);
  const dead = stranger.page.url();

  await officer.open(path);
  const row = officer.page.locator('section[aria-labelledby=slots] .list > li', { hasText: guardian.name });
  await row.locator('details.fold summary').click();
  await row.locator('input[type=email]').fill('no address');
  await row.locator('form', { has: officer.page.locator('input[type=email]') }).evaluate((form) => (form.noValidate = true));
  await row.getByRole('button', { name: officer.say('agreement.do_replace'), exact: true }).click();
  await officer.page.locator('#mistakes').waitFor();
  await officer.see('typo-1-no-address');
  await row.locator('input[type=email]').fill(of('father'));
  await row.getByRole('button', { name: officer.say('agreement.do_replace'), exact: true }).click();
  await officer.reads('flash.agreement_replaced');
  await officer.see('typo-2-mended');
  assert.equal(await slots(officer, 'signed'), 1, 'who signed has signed');

  // The letter that went astray leads nowhere, and tells nothing.
  await stranger.open(dead, 410);
  await stranger.reads('signing.closed.link_revoked');
  assert.equal((await stranger.page.locator('body').innerText()).includes(apprentice.name), false);
  await stranger.see('typo-3-dead-link');

  const father = await another();
  await openLetter(father, of('father'), { picture: 'typo-4' });
  await sign(father, guardian);
  await father.reads('signing.done');
  await officer.open(path);
  assert.equal(await slots(officer, 'signed'), 2);
});

story('who was handed a code reads, and says why they do not sign', async (officer, another) => {
  const { path, apprentice } = await approved(officer, another);
  await officer.open(path);
  await officer.page.locator('[name="apprentice.by_code"]').check();
  await officer.fill('enterprise.name', OFFICER);
  await officer.fill('enterprise.email', address(officer, 'no-enterprise'));
  await officer.press('agreement.send_go');
  await officer.reads('agreement.code_text');
  await officer.see('decline-1-code');
  const code = await officer.page.locator('#code-1').inputValue();

  const young = await another();
  await young.open('/sign');
  await young.fill('sign_code', 'AAAAA-AAAAA');
  await young.press('signing.code_go');
  await young.page.locator('#mistakes').waitFor();
  await young.see('decline-2-unknown-code');
  await young.fill('sign_code', code.toLowerCase().replace('-', ' '));
  await young.press('signing.code_go');
  await young.follow('signing.decline_instead');
  await young.see('decline-3-ask');
  await young.press('signing.declining_go');
  await young.page.locator('#mistakes').waitFor();
  await young.see('decline-4-why');
  await young.fill('reason', '夜班比说好的多，想先改一改。');
  await identify(young, apprentice);
  await young.press('signing.declining_go');
  await young.reads('signing.closed.declined');
  await young.see('decline-5-declined');

  await officer.open(path);
  await officer.page.getByText('夜班比说好的多，想先改一改。').first().waitFor();
  await officer.see('decline-6-the-other-side');
});
