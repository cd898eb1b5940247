// The letters that the server under test wrote into its data folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The letters to an address, the oldest first (their ids sort by moment). */
export function letters(to) {
  const folder = join(process.env.QIXIAO_DATA ?? '', 'mail');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .filter((letter) => letter.toLowerCase().includes(`\nto: ${to.toLowerCase()}\r`));
}

/** Waits until a letter beyond the first `after` has come, and answers the link of its button. */
export async function linkTo(to, after = 0) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = letters(to);
    if (found.length > after) {
      const link = found.at(-1).split('\r\n').find((line) => /^https?:\/\/\S+$/.test(line));
      if (!link) throw new Error(`the letter to ${to} has no link`);
      return link;
    }
    if (Date.now() > deadline) throw new Error(`no letter came to ${to}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
