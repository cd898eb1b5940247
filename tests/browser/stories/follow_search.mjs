import assert from 'node:assert/strict';

import { EVERY, story } from '../lib/story.mjs';
import { become } from '../lib/steps.mjs';

story(
  'an officer saves a search, is told how often, and follows an organisation',
  async (officer, another) => {
    const { page, look } = officer;
    // Of everybody who looks at the same time, each keeps an eye on something else.
    const words = `数控 ${look.locale === 'zh' ? '课程' : '编程'}${look.width < 500 ? '' : ' 实训'}${look.dark ? ' 加工' : ''}`;
    const stranger = await another();
    await stranger.open('/search?q=数控');
    await stranger.reads('searches.sign_in');

    await become(officer, 'enterprise');
    await officer.open(`/search?q=${words}&side=offer`);
    await page.locator('summary', { hasText: officer.say('searches.save') }).click();
    const called = `${words} ${look.locale}`;
    await page.locator('#save-name').fill(called);
    await page.locator('#save-cadence').selectOption('daily');
    await officer.see('follow-1-save');
    await officer.press('searches.save_go');
    await officer.reads('flash.search_saved');
    const row = page.locator('.list li', { hasText: called });
    assert.equal(await row.count(), 1);
    await officer.see('follow-2-saved');

    await officer.arrive(() => row.locator('a.button').click());
    assert.equal(new URL(page.url()).searchParams.get('q'), words);
    assert.equal(new URL(page.url()).searchParams.get('side'), 'offer');

    // Another name, and gone.
    await officer.open('/searches');
    await row.locator('summary').click();
    await row.locator('input').fill(`${called} 二`);
    await row.locator('details button').click();
    await officer.reads('flash.search_renamed');
    const renamed = page.locator('.list li', { hasText: `${called} 二` });
    await renamed.locator('button.harm').click();
    await officer.reads('flash.search_forgotten');
    assert.equal(await renamed.count(), 0);

    await officer.open('/search?side=offer&kind=programme');
    await officer.arrive(() => page.locator('.list h3 a').first().click());
    await officer.arrive(() => page.locator('.head a').first().click());
    const organisation = new URL(page.url()).pathname;
    assert.match(organisation, /^\/organisations\//);
    // Whoever came before in the same role may have followed it already.
    if (await page.getByRole('button', { name: officer.say('searches.unfollow'), exact: true }).count()) {
      await officer.press('searches.unfollow');
      await officer.open(organisation);
    }
    await officer.press('searches.follow');
    await officer.reads('searches.followed');
    await officer.see('follow-3-followed');
    await officer.open('/searches');
    await officer.see('follow-4-list');
    await page.locator(`form[action="${organisation}/unfollow"] button`).click();
    await officer.reads('flash.unfollowed');
  },
  EVERY,
);
