/** One process for each embedded database: it takes no lock of its own, and two at once would ruin it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../types.ts';

interface Holder {
  pid: number;
  host: string;
  /** Field 22 of /proc/PID/stat: another process may have the number by now. Absent where there is no /proc. */
  started?: string;
  /** Tells this holder from any other. */
  token: string;
}

/** How old the mark of a take-over is when whoever made it must have died, ms. */
const staleMark = 10_000;

/** Takes the folder for this process. @throws UsageError where another holds it. Returns what lets it go. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  const mine: Holder = { pid: process.pid, host: hostname(), token: randomBytes(8).toString('hex') };
  const started = startOf(process.pid);
  if (started !== undefined) mine.started = started;
  alone(`${file}.taking`, folder, () => {
    const holder = readHolder(file);
    if (holder && isAlive(holder)) throw inUse(folder, holder);
    const part = `${file}.${mine.token}`;
    writeFileSync(part, JSON.stringify(mine), { mode: 0o600, flag: 'wx' });
    renameSync(part, file);
  });
  return () => {
    if (readHolder(file)?.token === mine.token) rmSync(file, { force: true });
  };
}

/** Reading and replacing is one step for everybody: making a folder is atomic. */
function alone(mark: string, folder: string, work: () => void): void {
  try {
    mkdirSync(mark);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const made = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made < staleMark)
      throw new UsageError(`another tare is opening ${folder} at this moment; try again in ten seconds`);
    rmdirSync(mark);
    mkdirSync(mark);
  }
  try {
    work();
  } finally {
    rmdirSync(mark);
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder;
    return Number.isSafeInteger(holder.pid) && holder.pid > 0 ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** A holder on another machine cannot be asked, and so counts as alive. */
function isAlive({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return started === undefined || now === undefined || now === started;
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function inUse(folder: string, { pid, host }: Holder): UsageError {
  const who = host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
  return new UsageError(
    `the database in ${folder} is in use by ${who}, and holds one process only; stop that one, choose another folder with --data-dir, or share a PostgreSQL with --database-url`,
  );
}
