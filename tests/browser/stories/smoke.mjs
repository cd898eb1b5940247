import { EVERY, story } from '../lib/story.mjs';

const PUBLIC_PAGES = { home: '/', search: '/search', 'sign-in': '/sign-in', 'sign-up': '/sign-up', demo: '/demo', trades: '/trades' };

for (const [name, path] of Object.entries(PUBLIC_PAGES)) {
  story(
    `a stranger opens ${path}`,
    async (visitor) => {
      await visitor.open(path);
      await visitor.see(name);
    },
    EVERY,
  );
}
