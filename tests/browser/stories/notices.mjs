import assert from 'node:assert/strict';

import { creditCode } from '../lib/codes.mjs';
import { own, story } from '../lib/story.mjs';
import { signUp, verify } from '../lib/steps.mjs';

story('somebody hears the bell, reads what happened, and is led to it', async (admin, another) => {
  const { locale, width } = admin.look;
  const name = `上海鸣${own(admin.look, ['铎', '磬', '铙', '镈'])}精工有限公司`;
  const email = `admin-${locale}-${width}@mingduo.example`;
  await signUp(admin, 'enterprise', { name, code: creditCode('91'), province: '310000', person: '钟鸣', email });
  await admin.open('/notices');
  await admin.reads('notices.empty');
  await admin.see('notices-1-empty');

  // Who has confirmed the address is told on the pages too.
  await admin.open(new URL(await admin.linkTo(email)).pathname);
  await admin.page.locator('main form button').first().click();
  await admin.reads('flash.email_confirmed');
  await verify(await another(), name);

  await admin.open('/workspace');
  const bell = admin.page.locator('.bell:visible');
  assert.equal(await bell.locator('b').innerText(), '1');
  await admin.arrive(() => bell.click());
  assert.equal(new URL(admin.page.url()).pathname, '/notices');
  await admin.reads('notices.unread');
  await admin.see('notices-2-unread');
  await admin.arrive(() => admin.page.locator('.list button').click());
  assert.notEqual(new URL(admin.page.url()).pathname, '/notices');
  assert.equal(await admin.page.locator('.bell b').count(), 0, 'it is read');
  await admin.open('/notices');
  await admin.reads('notices.none_unread');
  await admin.see('notices-3-read');
});
