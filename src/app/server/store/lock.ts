/** One process for each embedded database: it takes no lock of its own, and two at once would ruin it. */
import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../../../types.ts';

interface Holder {
  pid: number;
  host: string;
  /** Field 22 of /proc/PID/stat: another process may have the number by now. Absent where there is no /proc. */
  started?: string;
  /** Names the set of numbers that `pid` is one of: in each container counting starts anew. */
  space?: string;
  /** Tells this holder from any other. */
  token: string;
}

/** How old the mark of a take-over is when whoever made it must have died, ms. */
const staleMark = 10_000;
/** How often a holder touches its lock, ms. */
const beatMs = 2_000;
/** A holder that cannot be asked is watched for so long: a container that was killed and made anew finds its own lock, ms. */
const watchMs = 20_000;

/**
 * Takes the folder for this process. A holder on another machine or in another container is watched for a while first.
 * @throws UsageError where another holds it. Returns what lets it go.
 */
export async function lockFolder(folder: string, { watch = watchMs } = {}): Promise<() => void> {
  const file = join(folder, 'lock');
  const mine: Holder = { pid: process.pid, host: hostname(), token: randomBytes(8).toString('hex') };
  const [started, space] = [startOf(process.pid), spaceOf()];
  if (started !== undefined) mine.started = started;
  if (space !== undefined) mine.space = space;
  const dead = await deadStranger(file, mine, watch);
  alone(`${file}.taking`, folder, () => {
    const holder = readHolder(file);
    if (holder && holder.token !== dead && isAlive(holder, mine)) throw inUse(folder, holder);
    const part = `${file}.${mine.token}`;
    writeFileSync(part, JSON.stringify(mine), { mode: 0o600, flag: 'wx' });
    renameSync(part, file);
  });
  const beat = setInterval(() => touch(file, mine), beatMs);
  beat.unref();
  return () => {
    clearInterval(beat);
    if (readHolder(file)?.token === mine.token) rmSync(file, { force: true });
  };
}

/** The token of a holder that this process cannot ask, and that has not touched its lock while it was watched. */
async function deadStranger(file: string, mine: Holder, watch: number): Promise<string | undefined> {
  const holder = readHolder(file);
  if (!holder || mayBeAsked(holder, mine)) return undefined;
  const touched = touchedAt(file);
  for (const until = Date.now() + watch; Date.now() < until; ) {
    await sleep(Math.min(beatMs / 2, watch));
    if (touchedAt(file) !== touched) return undefined;
  }
  return holder.token;
}

function touch(file: string, mine: Holder): void {
  const now = new Date();
  try {
    if (readHolder(file)?.token === mine.token) utimesSync(file, now, now);
  } catch {
    // A full or failing disk is told of by the database itself.
  }
}

function touchedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
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

function mayBeAsked({ host, space }: Holder, mine: Holder): boolean {
  return host === mine.host && space === mine.space;
}

/** A holder that cannot be asked counts as alive. */
function isAlive(holder: Holder, mine: Holder): boolean {
  if (!mayBeAsked(holder, mine)) return true;
  const { pid, started } = holder;
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

function spaceOf(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
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
