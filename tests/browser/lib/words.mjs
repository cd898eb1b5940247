// The product's catalogue, so that a story names a button by its key and holds in both languages.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../crates/words/catalogue/', import.meta.url));
const MESSAGE = /^"([^"]+)"\s*=\s*\{\s*zh\s*=\s*("(?:[^"\\]|\\.)*")\s*,\s*en\s*=\s*("(?:[^"\\]|\\.)*")\s*\}/;

const catalogue = new Map();
for (const name of readdirSync(folder).filter((name) => name.endsWith('.toml'))) {
  for (const line of readFileSync(folder + name, 'utf8').split('\n')) {
    const found = MESSAGE.exec(line.trim());
    if (found) catalogue.set(found[1], { zh: JSON.parse(found[2]), en: JSON.parse(found[3]) });
  }
}

/** The thin space that the product sets between Chinese and Latin letters or digits. */
const spaced = (text) =>
  text.replace(/(?<=[\u3400-\u4dbf\u4e00-\u9fff])(?=[A-Za-z0-9¥%])|(?<=[A-Za-z0-9¥%])(?=[\u3400-\u4dbf\u4e00-\u9fff])/g, '\u2009');

/** The message `key` as the page shows it; `args` fill its placeholders. */
export function words(locale, key, args = {}) {
  const entry = catalogue.get(key);
  if (!entry) throw new Error(`the catalogue lacks ${key}`);
  const filled = entry[locale]
    .replace(/\{(\w+)\|([^|}]*)\|([^}]*)\}/g, (_, count, one, many) => (String(args[count]) === '1' ? one : many))
    .replace(/\{(\w+)\}/g, (whole, name) => (name in args ? String(args[name]) : whole));
  return locale === 'zh' ? spaced(filled) : filled;
}
