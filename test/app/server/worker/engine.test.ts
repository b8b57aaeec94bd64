import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Queue } from '../../../../src/app/server/queue/queue.ts';
import type { Database } from '../../../../src/app/server/store/database.ts';
import { openPostgres } from '../../../../src/app/server/store/postgres.ts';
import { acceptPushes } from '../../../../src/app/server/store/pushes.ts';
import { migrate } from '../../../../src/app/server/store/schema.ts';
import type { PushEvent } from '../../../../src/app/server/types.ts';
import { judgeOf } from '../../../../src/app/server/worker/judge.ts';
import { type FakeRegistry, startRegistry } from '../../../support/fake-registry.ts';
import { hasPostgres, type Postgres, startPostgres } from '../../../support/postgres.ts';
import { tar } from '../../../support/tar.ts';
import { engines } from '../engines.ts';
import { bundle } from '../support/bundle.ts';
import { poolOn, settingsFor, startWorker } from '../support/parts.ts';

const root = resolve(import.meta.dirname, '../../../..');
const events = 2_000;
/** Of them are deliveries of one that came before. */
const repeated = 400;
const digests = 200;
const batch = 20;
const longest = 240_000;

let registry: FakeRegistry;
let pushes: PushEvent[];

beforeAll(async () => {
  registry = await startRegistry();
  const layer = await tar([{ name: 'etc/os-release', content: 'ID=test\n' }]);
  const images = Array.from({ length: digests }, (_, n) =>
    registry.addImage(undefined, [layer], { config: { User: '1000', Labels: { number: String(n) } } }),
  );
  const told = Array.from(
    { length: events - repeated },
    (_, n): PushEvent => ({
      ...{ registry: registry.host, repository: `team/app-${n % 7}`, tag: `t${n}`, source: 'distribution' },
      ...{ digest: images[(n * 37) % digests]!.digest, eventId: `event-${n}` },
    }),
  );
  // Each fourth comes twice, the second time far from the first.
  pushes = told.flatMap((event, n) => (n % 4 === 3 ? [event, told[(n * 11) % told.length]!] : [event]));
});
afterAll(() => registry.close());

/** Writes down each time that a grading becomes done, and each delivery. */
async function watched(database: Database): Promise<void> {
  for (const statement of [
    'create table public.told (tag text, digest text)',
    'create table public.graded (scan bigint)',
    `create function note() returns trigger language plpgsql as
     'begin insert into public.graded values (new.id); return new; end'`,
    `create trigger note after update on tare.scans for each row
     when (new.state = 'done' and old.state <> 'done') execute function note()`,
  ])
    await database.query(statement);
}

async function accept(database: Database, queue: Queue, some: readonly PushEvent[]): Promise<void> {
  const context = { queue, judge: judgeOf(settingsFor(registry.host)), outlets: ['table'] };
  for (let at = 0; at < some.length; at += batch) await acceptPushes(database, some.slice(at, at + batch), context);
}

const count = async (database: Database, what: string): Promise<number> =>
  Number((await database.query<{ n: string }>(`select count(*) as n from ${what}`))[0]!.n);

async function settled(queue: Queue): Promise<void> {
  for (const until = Date.now() + longest; Date.now() < until; await sleep(200)) {
    const { scan, deliver, resolve: lookUp } = await queue.depth();
    if ([scan, deliver, lookUp].every(({ waiting, running }) => waiting + running === 0)) return;
  }
  throw new Error(`jobs are left: ${JSON.stringify(await queue.depth())}`);
}

async function proven(database: Database, queue: Queue): Promise<void> {
  expect(new Set(pushes.map(({ digest }) => digest)).size).toBe(digests);
  expect(await count(database, 'tare.pushes')).toBe(events - repeated);
  expect(await count(database, 'tare.scans')).toBe(digests);
  expect(await count(database, `tare.scans where state = 'done' and verdict is not null`)).toBe(digests);
  // Each became done once, and has the reports of one grading.
  expect(await count(database, 'public.graded')).toBe(digests);
  expect(await count(database, '(select distinct scan from public.graded) once')).toBe(digests);
  expect(await count(database, 'tare.reports')).toBe(digests);
  // Nothing is held, given up or untold.
  expect(await count(database, 'tare.held')).toBe(0);
  expect((await queue.depth()).dead).toEqual({ waiting: 0, running: 0 });
  expect(await count(database, 'tare.pushes where not told or scan is null')).toBe(0);
  expect(await count(database, '(select distinct tag from public.told) every')).toBe(events - repeated);
}

describe.skipIf(!hasPostgres)('four worker processes on PostgreSQL', () => {
  let server: Postgres;
  let program: Awaited<ReturnType<typeof bundle>>;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    [server, program] = await Promise.all([startPostgres(), bundle(join(import.meta.dirname, '../support/worker.ts'))]);
  }, 60_000);
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    program?.remove();
    await server?.stop();
  });

  const start = (url: string): ChildProcess => {
    const child = spawn(process.execPath, [program.path, url, registry.host, root], { stdio: 'ignore' });
    running.push(child);
    return child;
  };

  it(
    'grade every digest once while one after another is killed and the database restarts',
    async () => {
      const url = await server.database('engine');
      const database = openPostgres(url, () => {});
      await migrate(database);
      await watched(database);
      const queue = await Queue.open(database, () => {});
      for (let i = 0; i < 4; i++) start(url);
      let killed = 0;
      const killing = setInterval(() => {
        running.shift()!.kill('SIGKILL');
        killed++;
        start(url);
      }, 3_000);
      try {
        const half = pushes.length / 2;
        await accept(database, queue, pushes.slice(0, half));
        // In the middle of accepting, as a crash would; later in good order, in the middle of grading.
        const accepting = accept(database, queue, pushes.slice(half));
        await server.restart('SIGQUIT');
        await accepting;
        while ((await count(database, 'public.graded')) < digests / 2) await sleep(100);
        await server.restart('SIGINT');
        await settled(queue);
      } finally {
        clearInterval(killing);
      }
      await proven(database, queue);
      expect(killed).toBeGreaterThan(1);
      // Told to stop, a worker leaves nothing behind.
      const ended = running.map((child) => new Promise((done) => child.once('exit', done)));
      for (const child of running) child.kill('SIGTERM');
      await Promise.all(ended);
      await queue.handBackLost(0);
      expect(await count(database, 'tare.held')).toBe(0);
      await queue.close();
      await database.close();
    },
    longest + 30_000,
  );
});

describe('four workers on the embedded database', () => {
  it(
    'grade every digest once while one after another stops and another starts',
    async () => {
      const engine = await engines[0][1]();
      const database = await engine.open();
      await watched(database);
      const queue = await Queue.open(database, () => {});
      const pool = poolOn(database, registry.host, join(root, 'dist/assess-worker.cjs'), 2);
      const given = { host: registry.host, root, pool, queue };
      const workers = await Promise.all([1, 2, 3, 4].map(() => startWorker(database, given)));
      for (let at = 0; at < pushes.length; at += 500) {
        await accept(database, queue, pushes.slice(at, at + 500));
        await workers.shift()!.stop();
        workers.push(await startWorker(database, given));
      }
      await settled(queue);
      await proven(database, queue);
      await Promise.all(workers.map((worker) => worker.stop()));
      pool.close();
      await queue.close();
      await database.close();
      await engine.stop();
    },
    longest + 30_000,
  );
});
