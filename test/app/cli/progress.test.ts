/** The progress line on a real terminal: util-linux's script makes one. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'tare-progress-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Standard input stays open until `seen` says so of what is on the terminal. */
function onTerminal(words: string, env: Record<string, string>, seen: (text: string) => boolean): Promise<string> {
  const flag = join(mkdtempSync(join(folder, 'run-')), 'go');
  const wait = `i=0; while [ ! -e '${flag}' ] && [ $i -lt 200 ]; do sleep 0.1; i=$((i+1)); done`;
  const command = `echo started >&2; (${wait}) | '${process.execPath}' '${root}/bin/tare.cjs' ${words}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: join(root, 'samples'),
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString();
    if (seen(text)) writeFileSync(flag, '');
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', () => done(text));
  });
}

const words = 'scan --no-cache static.image.yaml -';

it.skipIf(!existsSync('/usr/bin/script'))('says which of how many targets is being read', async () => {
  const text = await onTerminal(words, {}, (shown) => shown.includes('2/2 standard input'));
  expect(text).toContain('\r\u001b[2K2/2 standard input: ');
});

it.skipIf(!existsSync('/usr/bin/script')).each([
  ['in a pipeline', words, { CI: 'true' }],
  ['with --quiet', `${words} --quiet`, {}],
])('is not there %s', async (_, command, env) => {
  // Three times as long as it takes to appear where it is wanted.
  const from = Date.now();
  const text = await onTerminal(command, env, () => {
    while (Date.now() - from < 1500) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    return true;
  });
  expect(text).toContain('shop/static:1.0');
  expect(text).not.toContain('/2 standard input');
});
