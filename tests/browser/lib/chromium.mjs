import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the browser lies. The harness downloads none. */
export function chromiumPath() {
  const candidates = process.env.QIXIAO_CHROMIUM
    ? [process.env.QIXIAO_CHROMIUM]
    : (process.env.PATH ?? '')
        .split(delimiter)
        .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)));
  for (const path of candidates) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next one.
    }
  }
  throw new Error('no Chromium found: install the package chromium, or name one in QIXIAO_CHROMIUM');
}

/** It talks to nobody but the server under test. */
export const CHROMIUM_FLAGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
