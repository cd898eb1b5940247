import assert from 'node:assert/strict';

import { creditCode } from '../lib/codes.mjs';
import { EVERY, story } from '../lib/story.mjs';
import { PASSWORD, become, signUp, unjoined, until, verify } from '../lib/steps.mjs';

const PROVINCES = { 上海: '310000', 江苏: '320000', 浙江: '330000' };

// First, while there are colleges that have not joined: in the last story all of them do.
story(
  'a row of the register speaks for nobody',
  async (stranger) => {
    await stranger.open('/search?kind=register&q=数控');
    await stranger.arrive(() => stranger.page.locator('.item', { hasText: stranger.say('standing.listed') }).locator('h3 a').first().click());
    await stranger.reads('register.listed');
    await stranger.see('register-row');
    await stranger.follow('register.join');
    assert.equal(new URL(stranger.page.url()).pathname, '/sign-up');
  },
  EVERY,
);

story('an enterprise invites a college of the register by words to hand over', async (enterprise, another) => {
  const { page } = enterprise;
  await become(enterprise, 'enterprise');
  await enterprise.reads('flash.became');
  await enterprise.see('invite-1-became');

  // From the register, whatever was or was not invited before.
  await enterprise.open('/search?kind=register&q=数控');
  await enterprise.arrive(() => page.locator('.item', { hasText: enterprise.say('standing.listed') }).locator('h3 a').first().click());
  await enterprise.see('invite-2-row');

  // And from a need that a row answers.
  await enterprise.open('/workspace');
  const needs = await page.locator('section[aria-labelledby=posts] h3 a').evaluateAll((links) => links.map((link) => link.pathname));
  const invite = page.locator('#matches ~ ol').getByRole('button', { name: enterprise.say('post.invite'), exact: true });
  for (const need of needs) {
    await enterprise.open(need);
    if ((await invite.count()) > 0) break;
  }
  await enterprise.arrive(() => invite.first().click());
  await enterprise.reads('register.hand_over');
  await enterprise.see('invite-3-words');
  const link = new URL(await page.locator('#link').inputValue());
  const invited = await another();
  await invited.open(link.pathname + link.search);
  await invited.see('invite-4-opened');
});

story(
  'a college reads the unmet demand of its place, and why nobody answers it',
  async (college) => {
    const { page } = college;
    await become(college, 'college');
    await college.open('/workspace');
    await college.follow('demand.go');
    await college.see('demand-1-own');
    await college.open('/demand?province=&district=');
    await college.see('demand-2-everywhere');
    const first = page.locator('tbody a').first();
    const name = await first.innerText();
    await college.arrive(() => first.click());
    assert.equal(await page.locator('h1').innerText(), name);
    await college.reads('demand.why');
    await college.see('demand-3-behind');
    await college.follow('layout.new_offer');
    assert.equal(new URL(page.url()).pathname, '/posts/new');
  },
  EVERY,
);

story('a college signs up, is verified, claims what the register says of it, and publishes', async (college, another) => {
  // One of them joins each time.
  const [name] = await unjoined(college);
  assert.ok(name, 'the register knows no college that has not joined');
  const email = `officer-${college.look.locale}-${college.look.width}@college.example`;

  // From the front page, by the door that says 院校.
  await college.open('/');
  await college.follow('home.college_go');
  await college.reads('sign.up_time');
  await college.see('college-1-sign-up');

  // What is wrong is said beside it, and the words typed stay.
  await college.fill('name', name);
  await college.fill('credit_code', '12310000MA1K000000');
  await college.fill('email', 'officer@');
  await college.page.locator('form').evaluateAll((forms) => forms.forEach((form) => (form.noValidate = true))).catch(() => {});
  await college.press('sign.up_go');
  if (college.look.script) await college.page.locator('#mistakes:focus').waitFor();
  await college.see('college-2-mistakes');
  assert.equal(await college.field('name').inputValue(), name);
  assert.ok((await college.page.locator('#mistakes li').count()) >= 3);

  const code = creditCode('12');
  await signUp(college, 'college', { name, code, kind: 'school', province: PROVINCES[name.slice(0, 2)], person: '沈知行', email });
  await college.reads('flash.signed_up');
  await college.reads('workspace.claimed');
  await college.see('college-3-waiting');

  // The letter's link shows on being opened and acts on being pressed.
  await college.open(new URL(await college.linkTo(email)).pathname);
  await college.see('college-4-confirm');
  await college.press('link.go_confirm_email');
  await college.reads('flash.email_confirmed');

  await college.open('/workspace/claims');
  await college.reads('claim.unverified');
  await college.see('college-5-claims-waiting');

  await verify(await another(), name);

  await college.open('/workspace');
  await college.reads('standing.verified');
  await college.see('college-6-verified');
  await college.follow('claim.go');
  const open = college.page.locator('form[action="/workspace/claims"]');
  const count = await open.locator('[name=row]').count();
  assert.ok(count > 1, `the register has ${count} rows of ${name}`);
  await college.see('college-7-claims');

  // One claim speaks for the whole school, so one tick would do; with script one box ticks them all.
  if (college.look.script) await open.locator('[data-all]').first().check();
  else for (const box of await open.locator('[name=row]').all()) await box.check();
  await college.press('claim.claim');
  await college.reads('flash.claimed');
  await college.see('college-8-claimed');
  await college.page.locator('form[action="/workspace/claims/posts"] [name=row]').first().check();
  await college.press('claim.make_posts');
  await college.reads('flash.drafts_made');
  await college.see('college-9-draft');

  await college.fill('lines.0.seats', '24');
  await college.choose('lines.0.level', 'L3');
  const title = await college.field('title').inputValue();
  assert.ok(title.length > 0);
  await college.press('post.publish');
  await college.reads('flash.post_published');
  await until(college, '#matches ~ ol .item, #matches ~ .empty');
  await college.see('college-10-published');

  // Everybody finds it, and the register row leads to it.
  const stranger = await another();
  await stranger.open(`/search?q=${encodeURIComponent(`${title} ${name}`)}&kind=programme`);
  await until(stranger, `.list a[href="${new URL(college.page.url()).pathname}"]`);
  await stranger.see('college-11-found');
  await stranger.open(new URL(college.page.url()).pathname);
  await stranger.see('college-12-seen-by-a-stranger');
  assert.equal(await stranger.page.locator('.step').count(), 0, 'a stranger sees nothing of the owner');

  await college.open('/workspace');
  await college.see('college-13-workspace');

  // It comes back another day.
  const later = await another();
  await later.open('/sign-in?next=/workspace/claims');
  await later.fill('email', email);
  await later.fill('password', PASSWORD);
  await later.press('layout.sign_in');
  await later.reads('claim.posted');
});
