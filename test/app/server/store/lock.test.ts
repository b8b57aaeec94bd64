import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockFolder } from '../../../../src/app/server/store/lock.ts';
import { UsageError } from '../../../../src/types.ts';

let root: string;
let count = 0;
const children: ChildProcess[] = [];
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tare-lock-'));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

function folder(): string {
  const path = mkdtempSync(join(root, `${++count}-`));
  return path;
}

/** A process that lives until it is killed. */
function sleeper(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

const holderOf = (path: string) => JSON.parse(readFileSync(join(path, 'lock'), 'utf8')) as Record<string, unknown>;
function held(path: string, change: Record<string, unknown>): void {
  writeFileSync(join(path, 'lock'), JSON.stringify({ ...change }));
}

it('holds a folder for one', async () => {
  const path = folder();
  const unlock = await lockFolder(path);
  const refused = lockFolder(path);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(
    `the database in ${path} is in use by process ${process.pid}, and holds one process only; stop that one, choose another folder`,
  );
  unlock();
  (await lockFolder(path))();
});

it('takes over from a holder that is dead, and not from one that lives', async () => {
  const path = folder();
  (await lockFolder(path))();
  const child = sleeper();
  const unlock = await lockFolder(path);
  const mine = holderOf(path);
  unlock();
  const { started: _, ...rest } = mine;
  held(path, { ...rest, pid: child.pid });
  await expect(lockFolder(path)).rejects.toThrow(`in use by process ${child.pid},`);
  await killed(child);
  (await lockFolder(path))();
});

it('knows another process that has the number now', async () => {
  const path = folder();
  const unlock = await lockFolder(path);
  const mine = holderOf(path);
  unlock();
  held(path, { ...mine, token: 'of another', started: '1' });
  (await lockFolder(path))();
});

it('watches a holder that it cannot ask, and takes over where that one does not stir', async () => {
  const path = folder();
  const stranger = { pid: 1, host: `not-${hostname()}`, token: 'of another' };
  held(path, stranger);
  const beat = setInterval(() => utimesSync(join(path, 'lock'), new Date(), new Date()), 100);
  await expect(lockFolder(path, { watch: 1500 })).rejects.toThrow(`process 1 on not-${hostname()}`);
  clearInterval(beat);
  const unlock = await lockFolder(path, { watch: 1500 });
  expect(holderOf(path)['pid']).toBe(process.pid);
  unlock();
});

it('watches one of the same name in another container, whose numbers mean nothing here', async () => {
  const path = folder();
  const unlock = await lockFolder(path);
  const mine = holderOf(path);
  unlock();
  held(path, { ...mine, space: 'pid:[1]', started: '1', token: 'of another' });
  const beat = setInterval(() => utimesSync(join(path, 'lock'), new Date(), new Date()), 100);
  await expect(lockFolder(path, { watch: 1500 })).rejects.toThrow('in use');
  clearInterval(beat);
});

it('is touched while it is held', async () => {
  const path = folder();
  const unlock = await lockFolder(path);
  utimesSync(join(path, 'lock'), new Date(0), new Date(0));
  // Who watches sees it stir.
  const before = holderOf(path);
  await expect
    .poll(async () => (await import('node:fs')).statSync(join(path, 'lock')).mtimeMs, { timeout: 10_000 })
    .toBeGreaterThan(0);
  expect(holderOf(path)).toEqual(before);
  unlock();
});

it('lets nobody in whose lock is broken, or who comes at the same moment', async () => {
  const path = folder();
  held(path, { pid: 'none' });
  const taken = await Promise.allSettled(Array.from({ length: 5 }, () => lockFolder(path)));
  const won = taken.filter((one) => one.status === 'fulfilled');
  expect(won).toHaveLength(1);
  for (const one of won) one.value();
});

it('leaves the lock of another alone', async () => {
  const path = folder();
  const unlock = await lockFolder(path);
  held(path, { pid: 1, host: 'another', token: 'of another' });
  unlock();
  expect(holderOf(path)['token']).toBe('of another');
});
