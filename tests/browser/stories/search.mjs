import assert from 'node:assert/strict';

import { become } from '../lib/steps.mjs';
import { EVERY, story } from '../lib/story.mjs';

const total = async (visitor) => Number((await visitor.page.locator('.order [role=status]').innerText()).replace(/\D/g, ''));

/** Others publish meanwhile: what does not agree is counted once more. */
const agree = (count) => count().catch(count);

story(
  'a stranger searches 数控, filters, sorts, and opens a post',
  async (stranger) => {
    const { page, look } = stranger;
    await stranger.open('/');
    await page.locator('.hero input[name=q]').fill('数控');
    await stranger.arrive(() => page.locator('.hero button').click());
    assert.ok((await total(stranger)) > 5, 'there are results');
    assert.ok((await page.locator('.list mark').count()) > 3, 'what was looked for is marked');
    await stranger.see('search-1-results');

    // On a phone the facets are a page of their own.
    if (look.width < 500) {
      await stranger.arrive(() => page.locator('a.only-phone').click());
      await stranger.see('search-2-facets');
    }
    const choices = page.url();
    await agree(async () => {
      await page.goto(choices);
      const facet = page.locator('.facets a[href*="kind=apprentices"]');
      const promised = Number(await facet.locator('.count').innerText());
      await stranger.arrive(() => facet.click());
      if (look.width < 500) await stranger.arrive(() => page.locator('.under .button').first().click());
      assert.equal(await total(stranger), promised, 'a facet finds as many as it said');
    });
    assert.equal(await page.locator('.chosen a.x').count(), 1);
    await stranger.see('search-3-filtered');

    await stranger.arrive(() => page.locator('.order a[href*="sort=newest"]').click());
    assert.match(page.url(), /sort=newest/);
    assert.match(page.url(), /kind=apprentices/);
    assert.equal(await page.locator('.tabs [aria-current]').innerText(), stranger.say('sort.newest'));

    const chosen = page.url();
    await agree(async () => {
      await page.goto(chosen);
      await stranger.arrive(() => page.locator('.chosen a.x').click());
      const again = await total(stranger);
      await stranger.open('/search?q=数控');
      assert.equal(again, await total(stranger), 'without the choice there is everything again');
    });

    // A post, with its matches and reasons, for somebody who is not signed in.
    await page.locator('.facets a[href*="kind=apprentices"], .order a.only-phone').first().waitFor({ state: 'attached' });
    await stranger.open('/search?q=数控&kind=apprentices');
    await stranger.arrive(() => page.locator('.list h3 a').first().click());
    await page.locator('h1').waitFor();
    assert.match(new URL(page.url()).pathname, /^\/posts\//);
    await stranger.see('search-4-post');
    await stranger.arrive(() => page.locator('.head a').first().click());
    await stranger.see('search-5-organisation');
  },
  EVERY,
);

story(
  'a stranger finds a trade by what people call it and walks from the occupation to a major and back',
  async (stranger) => {
    const { page } = stranger;
    await stranger.open('/trades');
    await page.locator('#trade').fill('chegong');
    await stranger.arrive(() => page.keyboard.press('Enter'));
    await stranger.see('trades-1-found');
    await stranger.arrive(() => page.locator('.list a', { hasText: /^车工$/ }).click());
    assert.equal(await page.locator('h1').innerText(), '车工');
    assert.ok((await page.locator('table meter').count()) > 3, 'majors are told with how well they fit');
    await stranger.see('trades-2-occupation');
    const major = page.locator('tbody a').first();
    const name = await major.innerText();
    await stranger.arrive(() => major.click());
    assert.equal(await page.locator('h1').innerText(), name);
    await page.locator('tbody a', { hasText: /^车工$/ }).waitFor();
    await stranger.see('trades-3-major');
    await stranger.arrive(() => page.locator('aside dl a').first().click());
    assert.match(page.url(), /\/search\?q=/);
  },
  EVERY,
);

story('a stranger pages, changes the language and keeps the place', async (stranger) => {
  const { page, look } = stranger;
  await stranger.open('/search?side=need&sort=newest');
  const first = await page.locator('.list h3 a').first().getAttribute('href');
  await page.getByRole('link', { name: stranger.say('common.next'), exact: true }).click();
  assert.match(page.url(), /page=2/);
  assert.match(page.url(), /side=need/);
  assert.notEqual(await page.locator('.list h3 a').first().getAttribute('href'), first);
  await stranger.see('search-6-second-page');

  const here = new URL(page.url());
  await page.locator('.bottom button').click();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, here.pathname + here.search, 'the place is kept');
  const other = look.locale === 'zh' ? 'en' : 'zh';
  assert.equal((await page.locator('html').getAttribute('lang')).slice(0, 2), other);
  await page.locator('.bottom button').click();
  assert.equal((await page.locator('html').getAttribute('lang')).slice(0, 2), look.locale);

  await page.goto('/search?page=4000&side=need');
  await stranger.see('search-7-beyond');
});

story('a search that finds nothing says what to try', async (stranger) => {
  await stranger.open('/search?q=数控 飞船&kind=base');
  await stranger.see('search-8-nothing');
  const suggestion = stranger.page.locator('.empty a').first();
  await suggestion.click();
  assert.ok((await total(stranger)) > 0, 'what is suggested finds something');
});

story(
  'an enterprise that finds no offer registers what it looked for as a need',
  async (officer) => {
    const { page, look } = officer;
    const words = `车床师傅傅 ${look.locale} ${look.width} ${look.dark ? '夜' : '日'}`;
    await officer.open(`/search?q=${words}&side=offer`);
    await officer.reads('search.need_join');
    await become(officer, 'enterprise');
    await officer.open(`/search?q=${words}&side=offer`);
    await officer.see('search-9-need');
    await officer.follow('search.need');
    assert.equal(await page.locator('input[name=title]').inputValue(), words);
    await page.locator('input[name="lines.0.seats"]').fill('3');
    await officer.see('search-10-need-form');
    await officer.arrive(() => page.locator('button[value=publish]').click());
    assert.match(new URL(page.url()).pathname, /^\/posts\/[0-9a-f-]{36}$/);
    assert.equal(await page.locator('h1').innerText(), words);
    await officer.see('search-11-need-posted');
  },
  EVERY,
);

story(
  'what one may mean stands under the field while one types, and stays there until something else does',
  async (stranger) => {
    const { page, look } = stranger;
    await stranger.open('/');
    const field = page.locator('#q');
    const options = page.locator('.suggested:not([hidden]) [role=option]');
    if (!look.script) {
      await field.fill('数控技术');
      assert.equal(await options.count(), 0);
      await stranger.arrive(() => page.keyboard.press('Enter'));
      assert.ok((await total(stranger)) > 0, 'without script the words are searched');
      return;
    }
    await field.pressSequentially('数');
    await options.first().waitFor();
    await page.evaluate(() => {
      globalThis.flickers = 0;
      const list = document.querySelector('.suggested');
      const look = () => (globalThis.flickers += list.hidden || list.children.length === 0 ? 1 : 0);
      new MutationObserver(look).observe(list, { attributes: true, childList: true });
    });
    await field.pressSequentially('控技术', { delay: 200 });
    await options.filter({ hasText: '数控技术' }).first().waitFor();
    assert.equal(await page.evaluate(() => globalThis.flickers), 0, 'the list is never empty in between');
    await stranger.see('search-12-suggested');
    await page.keyboard.press('ArrowDown');
    const chosen = page.locator('.suggested [aria-selected=true]');
    assert.equal(await field.getAttribute('aria-activedescendant'), await chosen.getAttribute('id'));
    const name = await chosen.evaluate((option) => option.firstChild.textContent);
    await stranger.arrive(() => page.keyboard.press('Enter'));
    assert.equal(new URL(page.url()).searchParams.get('q'), name);
    await page.locator('#q').fill('');
    await page.locator('#q').pressSequentially('云舟');
    await options.filter({ hasText: stranger.say('search.organisation') }).first().waitFor();
    await stranger.see('search-13-suggested');
    await page.keyboard.press('Escape');
    assert.equal(await options.count(), 0);
    assert.equal(await page.locator('#q').inputValue(), '云舟', 'what was typed stays');
  },
  EVERY,
);

story('what is not there is said calmly', async (stranger) => {
  await stranger.open('/nowhere', 404);
  await stranger.see('error-404');
  await stranger.open('/posts/0199b0c1-0000-7000-8000-00000000000b', 404);
  await stranger.open('/organisations/no-id', 404);
  await stranger.open('/links/never-made', 404);
  await stranger.see('error-link');
});
