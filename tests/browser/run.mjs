// Starts the program on demonstration data and lets the stories walk through it in Chromium.
//
//   node run.mjs [STORY..]       all of stories/*.mjs, or those whose name contains one of the words
//
//   QIXIAO_BIN       the program (default ../../target/debug/qixiao)
//   QIXIAO_URL       a server that already runs, instead of starting one (QIXIAO_DATA: its data folder, for its letters)
//   QIXIAO_CHROMIUM  the browser (default: chromium, found in PATH)
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromiumPath } from './lib/chromium.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, 'out');
const PATIENCE_MS = 120_000;

const freePort = () =>
  new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

const exited = (child) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((done) => child.once('exit', () => done()));

async function answers(url, child) {
  const start = Date.now();
  while (Date.now() - start < PATIENCE_MS) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    try {
      const response = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(2_000) });
      if (response.ok) return Date.now() - start;
    } catch {
      // Not listening yet.
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`the server did not answer within ${PATIENCE_MS / 1000} s`);
}

/** The demonstration tells the stories of its apprentices first, and sends no letter before they are told. */
async function told(log, child) {
  const start = Date.now();
  while (!/the stories of the apprentices/.test(readFileSync(log, 'utf8'))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if (Date.now() - start > 5 * PATIENCE_MS) throw new Error('the stories of the apprentices were not told');
    await new Promise((done) => setTimeout(done, 250));
  }
  return Date.now() - start;
}

/** The program refuses settings that it does not know, so it gets none that are meant for tests. */
const withoutOurs = (env) =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^QIXIAO_(BIN|URL|DATA|CHROMIUM|OUT|TEST_.*|REQUIRE_.*)$/.test(name)),
  );

async function startServer() {
  const program = resolve(process.env.QIXIAO_BIN ?? join(here, '../../target/debug/qixiao'));
  if (!existsSync(program)) throw new Error(`${program} is missing: cargo build -p qixiao`);
  const folder = mkdtempSync(join(tmpdir(), 'qixiao-browser-'));
  const data = join(folder, 'data');
  const url = `http://127.0.0.1:${await freePort()}`;
  const log = join(out, 'server.log');
  const sink = openSync(log, 'w');
  const child = spawn(program, ['demo', '--listen', new URL(url).host, '--data', data], {
    cwd: folder,
    env: { ...withoutOurs(process.env), QIXIAO_PUBLIC_URL: url, QIXIAO_TRUSTED_PROXIES: '1' },
    stdio: ['ignore', sink, sink],
  });
  closeSync(sink);
  const failed = new Promise((_, reject) => child.once('error', reject));
  const stop = async () => {
    const alive = child.exitCode === null && child.signalCode === null;
    if (alive) {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited(child);
      clearTimeout(late);
    }
    rmSync(folder, { recursive: true, force: true });
    return { alive, log: readFileSync(log, 'utf8') };
  };
  try {
    const waited = await Promise.race([answers(url, child), failed]);
    console.log(`the first answer came ${(waited / 1000).toFixed(1)} s after the start on an empty data folder`);
    const more = await Promise.race([told(log, child), failed]);
    console.log(`the demonstration was whole ${(more / 1000).toFixed(1)} s later`);
  } catch (error) {
    const { log: said } = await stop();
    console.error(said.slice(-4_000));
    throw error;
  }
  return { url, data, stop };
}

async function main() {
  const wanted = process.argv.slice(2);
  const stories = readdirSync(join(here, 'stories'))
    .filter((name) => name.endsWith('.mjs') && (wanted.length === 0 || wanted.some((word) => name.includes(word))))
    .sort()
    .map((name) => join(here, 'stories', name));
  if (stories.length === 0) throw new Error('there are no such stories');
  const browser = chromiumPath();
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });

  const server = process.env.QIXIAO_URL
    ? { url: process.env.QIXIAO_URL, data: process.env.QIXIAO_DATA ?? '', stop: async () => ({ alive: true, log: '' }) }
    : await startServer();
  const child = spawn(
    process.execPath,
    ['--test', '--test-concurrency=3', '--test-reporter=spec', '--test-timeout=600000', ...stories],
    {
      env: { ...process.env, QIXIAO_URL: server.url, QIXIAO_DATA: server.data, QIXIAO_CHROMIUM: browser, QIXIAO_OUT: out },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  await exited(child);
  const { alive, log } = await server.stop();
  let status = child.exitCode ?? 1;
  if (!alive) {
    console.error('the server ended before the stories did');
    status ||= 1;
  }
  const panics = log.split('\n').filter((line) => line.includes('panicked at'));
  if (panics.length > 0) {
    console.error(`the server panicked:\n${panics.join('\n')}`);
    status ||= 1;
  }
  if (status !== 0) {
    const slow = log.split('\n').filter((line) => line.includes('an answer took long'));
    console.error(`the server's log: ${join(out, 'server.log')}; answers of more than 2 s: ${slow.length}\n${slow.slice(-20).join('\n')}`);
  }
  console.log(`${readdirSync(out).filter((name) => name.endsWith('.png')).length} pictures in ${out}`);
  return status;
}

main().then(
  (status) => process.exit(status),
  (error) => {
    console.error(String(error.message ?? error));
    process.exit(1);
  },
);
