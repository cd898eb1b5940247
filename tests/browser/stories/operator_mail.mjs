import assert from 'node:assert/strict';

import { creditCode } from '../lib/codes.mjs';
import { own, story } from '../lib/story.mjs';
import { become, signUp, verify } from '../lib/steps.mjs';

story('the operator finds out why a letter was not sent, and mends it', async (operator, another) => {
  const { locale, width } = operator.look;
  const name = `上海函${own(operator.look, ['谷', '关', '夏', '丈'])}仪器有限公司`;
  const email = `admin-${locale}-${width}@hangu.example`;
  const admin = await another();
  await signUp(admin, 'enterprise', { name, code: creditCode('91'), province: '310000', person: '尹喜', email });
  await admin.linkTo(email);
  const before = admin.letters(email).length;

  await become(operator, 'operator');
  await operator.open('/operator/mail');
  await operator.see('mail-1-room');
  await operator.open('/operator/mail/suppressions');
  await operator.press('mail_room.suppress');
  await operator.page.locator('#mistakes').waitFor();
  await operator.see('mail-2-no-reason');
  await operator.fill('email', email);
  await operator.fill('reason', '本人来电，要求不再收信。');
  await operator.press('mail_room.suppress');
  await operator.reads('flash.address_suppressed');
  await operator.see('mail-3-suppressed');
  await verify(operator, name);

  // Nothing came, and the page says why.
  await operator.open('/operator/mail/address');
  await operator.fill('email', email);
  await operator.press('mail_room.find');
  await operator.reads('mail_why.suppressed');
  await operator.page.locator('.badge', { hasText: operator.say('letter_state.suppressed') }).first().waitFor();
  await operator.see('mail-4-why');
  assert.equal(admin.letters(email).length, before);

  await operator.fill('reason', '本人又来电，要收信。');
  await operator.press('mail_room.lift');
  await operator.reads('flash.suppression_lifted');
  await operator.arrive(() => operator.page.locator('tbody a').first().click());
  await operator.see('mail-5-letter');
  await operator.fill('reason', '补发核验通知。');
  await operator.press('mail_room.resend');
  await operator.reads('flash.letter_resent');
  await admin.linkTo(email, before);

  await operator.open('/operator/mail/previews');
  await operator.see('mail-6-previews');
  await operator.arrive(() => operator.page.locator('.list a[href$="/digest"]').click());
  await operator.see('mail-7-preview');
  await admin.open('/operator/mail', 403);
});
