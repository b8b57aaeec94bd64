/** Runs the built program as its users do. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { needsBuild } from '../../scripts/freshness.mjs';

export const root = resolve(import.meta.dirname, '../..');
export const launcher = join(root, 'bin/tare.cjs');

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A folder of the suite's own that is also its home; removed at the end. */
export function workplace(): { folder: string; at(name: string): string; start: typeof start; tare: typeof tare } {
  const folder = mkdtempSync(join(tmpdir(), 'tare-cli-'));
  beforeAll(() => {
    if (needsBuild()) throw new Error('dist/ is older than the sources; run npm run build');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const base = { PATH: process.env['PATH'], HOME: folder };
  function start(args: string[], options: SpawnOptions = {}): ChildProcess {
    return spawn(process.execPath, [launcher, ...args], { cwd: folder, ...options, env: { ...base, ...options.env } });
  }
  async function tare(args: string[], options: SpawnOptions & { input?: Buffer } = {}): Promise<Ended> {
    const child = start(args, { stdio: [options.input ? 'pipe' : 'ignore', 'pipe', 'pipe'], ...options });
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
    return ended(child);
  }
  return { folder, at: (name) => join(folder, name), start, tare };
}

/** Everything that a process said until it ended. */
export function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const text = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (part) => (text.stdout += part));
    child.stderr?.setEncoding('utf8').on('data', (part) => (text.stderr += part));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...text }));
  });
}
