import assert from 'node:assert/strict';

import { creditCode } from '../lib/codes.mjs';
import { own, story } from '../lib/story.mjs';
import { PASSWORD, signUp } from '../lib/steps.mjs';

const path = (link) => new URL(link).pathname;

story('colleagues are invited by code and by letter', async (admin, another) => {
  const { locale, width } = admin.look;
  const name = `上海同${own(admin.look, ['舟', '楫', '帆', '桨'])}装备有限公司`;
  await signUp(admin, 'enterprise', {
    name,
    code: creditCode('91'),
    province: '310000',
    person: '方一舟',
    email: `admin-${locale}-${width}@tongzhou.example`,
  });
  await admin.open('/workspace/members');
  await admin.see('members-1');

  await admin.page.locator('[name=by][value=code]').check();
  await admin.press('members.invite_go');
  await admin.reads('members.fresh');
  await admin.see('members-2-code');
  const code = await admin.page.locator('#code').inputValue();

  const byCode = await another();
  await byCode.open('/join');
  await byCode.fill('code', 'AAAAA-AAAAA');
  await byCode.press('members.join_go');
  await byCode.reads('members.code_unknown');
  await byCode.see('members-3-unknown-code');
  await byCode.fill('code', code.toLowerCase());
  await byCode.press('members.join_go');
  await byCode.see('members-4-invitation');
  await byCode.fill('person_name', '何朗');
  await byCode.fill('email', `helang-${locale}-${width}@tongzhou.example`);
  await byCode.fill('password', PASSWORD);
  await byCode.press('members.accept');
  await byCode.reads('flash.joined');
  await byCode.see('members-5-joined');

  const email = `luoyi-${locale}-${width}@tongzhou.example`;
  await admin.open('/workspace/members');
  await admin.page.locator('[name=by][value=letter]').check();
  await admin.fill('email', email);
  await admin.press('members.invite_go');
  await admin.reads('flash.invited');
  await admin.see('members-6-open');
  const byLetter = await another();
  const link = path(await byLetter.linkTo(email));
  await byLetter.open(link);
  await byLetter.fill('person_name', '罗一');
  if (await byLetter.field('email').isEditable()) await byLetter.fill('email', email);
  await byLetter.fill('password', PASSWORD);
  await byLetter.press('members.accept');
  await byLetter.reads('flash.joined');

  // An invitation works once, and says whom to ask for another.
  const late = await another();
  await late.page.goto(link);
  await late.reads('members.state_accepted');
  await late.see('members-7-used');

  await admin.open('/workspace/members');
  assert.equal(await admin.page.locator('section[aria-labelledby=who] li').count(), 3);
  await byCode.open('/workspace/members');
  await byCode.reads('members.only_admins');
  await byCode.see('members-8-officer');
});

story('an account signs in by letter, a used link offers a new one, and the password is set anew', async (person, another) => {
  const { locale, width } = person.look;
  const email = `key-${locale}-${width}@suoyao.example`;
  await signUp(person, 'enterprise', {
    name: `上海${own(person.look, ['锁钥', '锁匙', '锁簧', '锁芯'])}科技有限公司`,
    code: creditCode('91'),
    province: '310000',
    person: '钥匙',
    email,
  });
  if (person.look.width < 500) await person.open('/menu');
  await person.see('account-1-menu');
  await person.page.getByRole('button', { name: person.say('layout.sign_out'), exact: true }).click();
  await person.reads('flash.signed_out');

  await person.open('/sign-in');
  await person.fill('email', email);
  await person.fill('password', 'not the password');
  await person.press('layout.sign_in');
  await person.reads('sign.refused');
  await person.see('account-2-refused');
  assert.equal(await person.field('email').inputValue(), email);

  let before = person.letters(email).length;
  await person.page.locator('#letter').fill(email);
  await person.press('sign.by_letter_go');
  await person.reads('sign.sent');
  await person.see('account-3-sent');
  const link = path(await person.linkTo(email, before));
  await person.open(link);
  await person.see('account-4-link');
  await person.press('link.go_sign_in');
  await person.reads('flash.signed_in');

  // The same link again, in another browser: used, and a new one is offered.
  const elsewhere = await another();
  await elsewhere.open(link, 410);
  await elsewhere.reads('link.dead_used');
  await elsewhere.see('account-5-used');
  before = person.letters(email).length;
  await elsewhere.press('link.again');
  await elsewhere.reads('sign.sent');
  await elsewhere.open(path(await elsewhere.linkTo(email, before)));
  await elsewhere.press('link.go_sign_in');
  await elsewhere.reads('flash.signed_in');

  before = person.letters(email).length;
  const forgetful = await another();
  await forgetful.open('/reset');
  await forgetful.see('account-6-reset');
  await forgetful.fill('email', email);
  await forgetful.press('sign.forgot_go');
  await forgetful.reads('sign.sent');
  await forgetful.open(path(await forgetful.linkTo(email, before)));
  await forgetful.fill('password', 'short');
  await forgetful.press('link.go_reset');
  await forgetful.page.locator('#mistakes').waitFor();
  await forgetful.see('account-7-too-short');
  await forgetful.fill('password', 'seven boats and a heron');
  await forgetful.press('link.go_reset');
  await forgetful.reads('flash.password_saved');

  // Whoever was signed in elsewhere is not any more.
  await elsewhere.open('/workspace');
  assert.equal(path(elsewhere.page.url()), '/sign-in');
});
