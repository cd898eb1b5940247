import assert from 'node:assert/strict';

import { DESK_EN, DESK_ZH, story } from '../lib/story.mjs';
import { become } from '../lib/steps.mjs';

/** Walks a page by the Tab key: every stop can be seen, and the stops come in the order in which the page is read. */
async function walk(visitor, path, least) {
  const { page } = visitor;
  await visitor.open(path);
  const stops = await page.evaluate(() =>
    [...document.querySelectorAll('[tabindex]')].filter((element) => element.tabIndex > 0).map((element) => element.outerHTML),
  );
  assert.deepEqual(stops, [], `${path} bends the order of focus`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip', `${path} begins with the way to its content`);
  let count = 0;
  await page.evaluate(() => { globalThis.before = document.activeElement; });
  for (; count < 120; count += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(async () => {
      const now = document.activeElement;
      // After the last stop the walk begins again, or leaves the page.
      if (!now || now === document.body || now === document.documentElement || now.className === 'skip') return undefined;
      // What is focused is scrolled to some frames later.
      let box = now.getBoundingClientRect();
      for (let frames = 0; frames < 60 && (box.top < 0 || box.top >= innerHeight - 8); frames += 1) {
        await new Promise((done) => requestAnimationFrame(done));
        box = now.getBoundingClientRect();
      }
      const style = getComputedStyle(now);
      // A date has stops of its own within.
      const after =
        now === globalThis.before || Boolean(globalThis.before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING);
      globalThis.before = now;
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
      return {
        html: now.outerHTML.slice(0, 120),
        after,
        outlined: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2,
        shown: box.width > 4 && box.height > 4 && box.bottom > 0 && box.top >= 0 && box.top < innerHeight - 8,
        covered: Boolean(top) && top !== now && !now.contains(top) && !top.contains(now),
      };
    });
    if (!seen) break;
    assert.ok(seen.after, `${path}: focus goes back to ${seen.html}`);
    assert.ok(seen.outlined, `${path}: focus cannot be seen on ${seen.html}`);
    assert.ok(seen.shown, `${path}: focus is out of sight on ${seen.html}`);
    assert.ok(!seen.covered, `${path}: something covers ${seen.html}`);
  }
  assert.ok(count >= least, `${path} has ${count} stops`);
}

story(
  'everything can be reached by keyboard, in the order of reading',
  async (visitor, another) => {
    for (const [path, least] of [['/', 12], ['/search?q=数控', 30], ['/sign-up?side=college', 12], ['/sign-in', 8], ['/demo', 8]]) {
      await walk(visitor, path, least);
    }
    await visitor.open('/search?q=数控&kind=apprentices');
    await walk(visitor, await visitor.page.locator('.list h3 a').first().getAttribute('href'), 15);

    const enterprise = await another();
    await become(enterprise, 'enterprise');
    await walk(enterprise, '/workspace', 20);
    await walk(enterprise, '/posts/new?kind=apprentices', 25);
    await walk(enterprise, '/workspace/members', 10);

    // The way to the content leads there, and "/" to the search.
    await visitor.open('/search');
    await visitor.page.keyboard.press('Tab');
    await visitor.page.keyboard.press('Enter');
    assert.equal(await visitor.page.evaluate(() => document.activeElement.id), 'main');
    await visitor.page.keyboard.press('/');
    assert.equal(await visitor.page.evaluate(() => document.activeElement.getAttribute('name')), 'q');
  },
  [DESK_EN, DESK_ZH],
);
