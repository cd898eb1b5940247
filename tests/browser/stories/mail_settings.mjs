import assert from 'node:assert/strict';

import { creditCode } from '../lib/codes.mjs';
import { own, story } from '../lib/story.mjs';
import { signUp, verify } from '../lib/steps.mjs';

const path = (link) => new URL(link).pathname;

/** Where the last letter to this address says that letters like it end, by its foot. */
function ending(letter) {
  const link = /https?:\/\/\S+\/mail\/unsubscribe\/[\w.-]+/.exec(letter);
  assert.ok(link, 'the letter has no way out');
  assert.match(letter, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  return path(link[0]);
}

story('letters are chosen on the own page, and ended from a letter', async (person, another) => {
  const { locale, width } = person.look;
  const name = `上海${own(person.look, ['信鸽', '信风', '信石', '信江'])}精密制造有限公司`;
  const email = `letters-${locale}-${width}@xinge.example`;
  await signUp(person, 'enterprise', { name, code: creditCode('91'), province: '310000', person: '方信', email });
  const confirm = path(await person.linkTo(email));
  const operator = await another();
  await verify(operator, name);
  await person.linkTo(email, 1);
  const end = ending(person.letters(email).at(-1));

  // Whoever signed up does not choose before the address is known to be theirs.
  if (width < 500) {
    await person.open('/menu');
    await person.follow('layout.letters');
  } else {
    await person.page.locator('header').getByRole('link', { name: person.say('layout.letters'), exact: true }).click();
  }
  await person.reads('mail_settings.unconfirmed');
  await person.see('mail-1-unconfirmed');

  // The way out in the letter asks nobody to sign in, shows what would end, and takes it back.
  const reader = await another();
  await reader.open(end);
  await reader.see('mail-2-ask');
  assert.ok(!(await reader.page.locator('main').innerText()).includes(email), 'the address is masked');
  await reader.press('mail_ending.go');
  await reader.reads('mail_ending.title_ended');
  await reader.see('mail-3-ended');
  await reader.press('mail_ending.undo');
  await reader.reads('mail_ending.title_back');
  await reader.see('mail-4-back');
  await reader.follow('mail_ending.choose');
  await reader.choose('organisation', 'weekly');
  await reader.choose('hour', '18');
  await reader.press('common.save');
  await reader.reads('flash.letters_saved');
  assert.equal(await reader.field('organisation').inputValue(), 'weekly');
  await reader.see('mail-5-chosen-by-letter');
  await reader.open(`${end.slice(0, -1)}`, 404);
  await reader.reads('mail_link.title');
  await reader.see('mail-6-wrong-link');

  // The own page says the same, once the address is confirmed.
  await person.open(confirm);
  await person.press('link.go_confirm_email');
  await person.open('/settings/mail');
  assert.equal(await person.field('organisation').inputValue(), 'weekly');
  await person.choose('week', 'daily');
  await person.press('common.save');
  await person.reads('flash.letters_saved');
  await person.see('mail-7-own');
  await person.follow('mail_settings.end_all');
  await person.see('mail-8-end-all');
  await person.press('mail_ending.go');
  await person.reads('mail_ending.title_ended');
  await person.open('/settings/mail');
  assert.equal(await person.field('matches').inputValue(), 'never');
});
