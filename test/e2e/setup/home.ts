import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder with everything that was started in it. */
export interface Home {
  dir: string;
  /** A path in the folder. */
  path(...parts: string[]): string;
  /** Makes a folder in it. */
  folder(...parts: string[]): string;
  /** Environment that marks a process as the suite's own, so that none outlives it. */
  env: Record<string, string>;
  /** Ends the processes, unmounts, removes the folder. */
  close(): Promise<void>;
}

/** A folder for one suite. A keeper process removes it even where the suite is killed. */
export function openHome(name: string): Home {
  const dir = mkdtempSync(join(tmpdir(), `tare-${name}-`));
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'keeper.mjs'), dir], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  return {
    dir,
    path: (...parts) => join(dir, ...parts),
    folder: (...parts) => {
      mkdirSync(join(dir, ...parts), { recursive: true });
      return join(dir, ...parts);
    },
    env: { TARE_TEST_HOME: dir },
    close: () => closed(keeper),
  };
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

function closed(keeper: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (keeper.exitCode !== null) resolve();
    keeper.once('exit', () => resolve());
    keeper.stdin?.end();
  });
}
