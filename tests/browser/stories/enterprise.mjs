import assert from 'node:assert/strict';

import { creditCode } from '../lib/codes.mjs';
import { own, story } from '../lib/story.mjs';
import { signUp, until, verify } from '../lib/steps.mjs';

story('an enterprise posts a need and reads why colleges fit', async (enterprise, another) => {
  const { page, look } = enterprise;
  const name = `上海启${own(look, ['衡', '恒', '珩', '蘅'])}精密机械有限公司`;
  await enterprise.open('/');
  await enterprise.follow('home.enterprise_go');
  await enterprise.see('enterprise-1-sign-up');
  await signUp(enterprise, 'enterprise', {
    name,
    code: creditCode('91'),
    province: '310000',
    person: '顾一帆',
    email: `officer-${look.locale}-${look.width}@qiheng.example`,
  });
  await enterprise.see('enterprise-2-waiting');

  await enterprise.open('/posts/new');
  await enterprise.see('enterprise-3-kinds');
  await enterprise.arrive(() => page.locator('a[href="/posts/new?kind=apprentices"]').click());
  await enterprise.fill('title', '数控车铣学徒 18 名，白班为主');
  await enterprise.choose('province', '310000');
  await enterprise.choose('district', '310115');
  await enterprise.fill('lines.0.occupation', '数控车工');
  await enterprise.choose('lines.0.level', 'L3');
  await enterprise.fill('lines.0.seats', '十二');
  await enterprise.fill('lines.0.pay_min', '5600');
  await enterprise.fill('lines.0.pay_max', '7800');

  // Lines come and go by buttons; what was typed stays.
  await enterprise.press('post_form.line_add_apprentices');
  assert.equal(await page.locator('fieldset.line').count(), 2);
  await enterprise.fill('lines.1.occupation', '装配钳工');
  await enterprise.fill('lines.1.seats', '6');
  await enterprise.press('post_form.line_add_apprentices');
  assert.equal(await page.locator('fieldset.line').count(), 3);
  assert.equal(await enterprise.field('lines.1.occupation').inputValue(), '装配钳工');
  await enterprise.press('post_form.line_remove', { n: 3 });
  assert.equal(await page.locator('fieldset.line').count(), 2);
  assert.equal(await enterprise.field('lines.0.seats').inputValue(), '十二');

  // A word that is no official name is answered with names; a number that is none stays to be mended.
  await enterprise.fill('skills', '数控编程、图纸识读');
  await enterprise.fill('summary', '两人一台机床，每周一天到校上课。');
  await enterprise.press('post_form.save_draft');
  await page.locator('#mistakes').waitFor();
  await enterprise.see('enterprise-4-mistakes');
  assert.equal(await enterprise.field('lines.0.occupation').inputValue(), '数控车工');
  assert.equal(await enterprise.field('lines.0.seats').inputValue(), '十二');
  assert.equal(await enterprise.field('summary').inputValue(), '两人一台机床，每周一天到校上课。');
  await page.locator('.picks button').first().click();
  assert.notEqual(await enterprise.field('lines.0.occupation').inputValue(), '数控车工', 'a press takes the name offered');
  await enterprise.fill('lines.0.occupation', '车工');
  await enterprise.fill('lines.0.seats', '12');
  await page.locator('[name=industries][value=equipment]').check();

  await enterprise.press('post_form.save_draft');
  await enterprise.reads('flash.draft_saved');
  await enterprise.see('enterprise-5-draft');
  await verify(await another(), name);
  await page.reload();
  await enterprise.reads('post.draft_ready');
  await enterprise.press('post.publish');
  await enterprise.reads('flash.post_published');
  await until(enterprise, '#matches ~ ol .item');
  const scores = await page.locator('#matches ~ ol .score b').allInnerTexts();
  assert.ok(scores.length > 1, 'there are matches');
  assert.deepEqual(scores.map(Number), scores.map(Number).toSorted((a, b) => b - a), 'the best comes first');

  // A chip opens its sentence, without script too.
  const chip = page.locator('#matches ~ ol .chip').first();
  const sentence = chip.locator('p');
  assert.equal(await sentence.isVisible(), false);
  await chip.locator('summary').click();
  assert.ok((await sentence.innerText()).length > 4);
  await enterprise.see('enterprise-6-matches');

  // What does not suit goes from the list at a press, and comes back at another.
  const need = new URL(page.url()).pathname;
  const titles = () => page.locator('#matches ~ ol h3 a').allInnerTexts();
  const [first] = await titles();
  await enterprise.arrive(() => page.getByRole('button', { name: `${enterprise.say('post.set_aside')} ${first}` }).first().click());
  await enterprise.reads('flash.match_set_aside');
  await page.locator('#aside summary').click();
  assert.equal(await page.locator('#aside li a').first().innerText(), first);
  await enterprise.see('enterprise-6b-aside');
  await enterprise.arrive(() => page.getByRole('button', { name: `${enterprise.say('post.take_back')} ${first}` }).click());
  await enterprise.reads('flash.match_taken_back');
  assert.equal(await page.locator('#aside').count(), 0);

  // So does what shall not count.
  await page.locator('#counting summary').click();
  await enterprise.see('enterprise-6c-counting');
  await page.getByLabel(enterprise.say('counts.distance')).uncheck();
  await enterprise.press('post.counting_save');
  await enterprise.reads('flash.criteria_muted');
  const not = enterprise.say('post.muted').replace('{what}', enterprise.say('counts.distance'));
  await page.getByText(not).waitFor();
  await enterprise.see('enterprise-6d-muted');
  await page.locator('#counting summary').click();
  await page.getByLabel(enterprise.say('counts.distance')).check();
  await enterprise.press('post.counting_save');
  assert.equal(await page.getByText(not).count(), 0);

  const stranger = await another();
  await stranger.open(need);
  await stranger.see('enterprise-7-seen-by-a-stranger');

  // An offer that one opens says how the own needs fit it.
  await enterprise.arrive(() => page.locator('#matches ~ ol h3 a[href^="/posts/"]').first().click());
  await enterprise.reads('post.beside_offer');
  assert.ok((await page.locator('#beside ~ ol .score b').count()) > 0, 'it fits here as it does there');
  await enterprise.see('enterprise-7b-beside');

  await enterprise.open('/workspace');
  await enterprise.see('enterprise-8-workspace');
  await enterprise.arrive(() => page.getByRole('link', { name: '数控车铣学徒 18 名，白班为主', exact: true }).first().click());
  await enterprise.follow('post.edit');
  await enterprise.see('enterprise-9-edit');
  await enterprise.fill('lines.1.seats', '8');
  await enterprise.press('post_form.save_published');
  await enterprise.reads('flash.post_saved');

  await page.locator('.fold summary', { hasText: enterprise.say('post.close') }).first().click();
  await page.locator('.fold [type=radio]').first().check();
  await enterprise.see('enterprise-10-closing');
  await enterprise.press('post.close_now');
  await enterprise.reads('flash.post_closed');
  await enterprise.see('enterprise-11-closed');
});
