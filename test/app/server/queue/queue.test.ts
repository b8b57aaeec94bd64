import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job, Queue } from '../../../../src/app/server/queue/queue.ts';
import type { Database } from '../../../../src/app/server/store/database.ts';
import { seen, workers } from '../../../../src/app/server/store/workers.ts';
import { FinalError, LaterError, PassingError, Worker } from '../../../../src/app/server/worker/worker.ts';
import { engines, opened } from '../engines.ts';
import { silent } from '../support/parts.ts';

describe.each(engines)('the queue on %s', (_, start) => {
  let database: Database;
  let queue: Queue;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ database, queue, close } = await opened(start));
  }, 120_000);
  afterAll(() => close());
  beforeEach(async () => {
    await database.query('delete from tare_queue.job');
    await database.query('delete from tare.held');
    await database.query('delete from tare.workers');
  });
  const rows = () =>
    database.query<{ state: string; retry_count: number; start_after: Date; pause: string }>(
      `select state, retry_count, extract(epoch from start_after - now()) as pause from tare_queue.job where name = 'scan'`,
    );
  const fail = (job: Job, reason: string, forGood = false) =>
    database.transaction((query) => queue.fail(job, reason, query, forGood));
  const due = () => database.query(`update tare_queue.job set start_after = now() - interval '1 second'`);

  it('gives what is urgent first, and each job to one', async () => {
    await queue.send('scan', { scan: '1' });
    await queue.send('scan', { scan: '2' }, undefined, 10);
    expect((await queue.take('scan', 'a'))!.data).toEqual({ scan: '2' });
    expect((await queue.take('scan', 'b'))!.data).toEqual({ scan: '1' });
    expect(await queue.take('scan', 'a')).toBeUndefined();
  });

  it('goes on with a sweep where it was left, whoever takes it up', async () => {
    const swept = { registry: 'registry.example.com', include: [], exclude: [] };
    await queue.send('sweep', swept);
    const job = (await queue.take('sweep', 'a'))!;
    expect(await queue.goOnFrom(job, { ...swept, last: 'team/app:v1' })).toBe(true);
    await queue.handBack('a');
    // Nobody changes what another holds.
    expect(await queue.goOnFrom(job, { ...swept, last: 'team/app:v9' })).toBe(false);
    expect((await queue.take('sweep', 'b'))!.data).toEqual({ ...swept, last: 'team/app:v1' });
    expect(await queue.goOnFrom(job, { ...swept, last: 'team/app:v9' })).toBe(false);
  });

  it('waits as long as the other side asks, and no shorter than it would by itself', async () => {
    await queue.send('scan', { scan: '1' });
    const pauseAfter = async (waitMs: number) => {
      const job = (await queue.take('scan', 'a'))!;
      await database.transaction((query) => queue.fail(job, 'busy', query, false, waitMs));
      return Number((await rows())[0]!.pause);
    };
    expect(await pauseAfter(600_000)).toBeGreaterThan(590);
    await due();
    const own = await pauseAfter(1);
    expect(own).toBeGreaterThan(1);
    expect(own).toBeLessThan(60);
  });

  it('tries again after longer and longer pauses, and gives up with the reason', async () => {
    await queue.send('scan', { scan: '1' });
    const pauses: number[] = [];
    for (let tries = 0; tries <= 5; tries++) {
      await due();
      const job = (await queue.take('scan', 'a'))!;
      expect(job).toMatchObject({ tries, last: tries === 5 });
      expect(await fail(job, `down \0 ${'\ud800'} ${tries}`)).toBe(true);
      // It is no longer ours.
      expect(await fail(job, 'again')).toBe(false);
      pauses.push(Number((await rows())[0]!.pause));
    }
    for (const [n, least] of [2, 4, 8, 16, 32].entries()) expect(pauses[n]).toBeGreaterThan(least - 2);
    expect(await queue.dead(9)).toMatchObject([{ data: { scan: '1' }, reason: 'down \ufffd \ufffd 5' }]);
    expect(await queue.depth()).toMatchObject({ scan: { waiting: 0, running: 0 }, dead: { waiting: 1 } });
  });

  it('gives up at once where no other try can help', async () => {
    await queue.send('scan', { scan: '1' });
    await fail((await queue.take('scan', 'a'))!, 'no image', true);
    expect(await queue.dead(9)).toMatchObject([{ reason: 'no image' }]);
  });

  it('takes a job back as if it had never been given', async () => {
    await queue.send('scan', { scan: '1' });
    const job = (await queue.take('scan', 'a'))!;
    expect(await queue.heldBy('a')).toEqual([job.id]);
    expect(await queue.handBack('b')).toBe(0);
    expect(await queue.handBack('a', [])).toBe(0);
    expect(await queue.handBack('a')).toBe(1);
    expect(await rows()).toMatchObject([{ state: 'created', retry_count: 0 }]);
    expect((await queue.take('scan', 'b'))!.tries).toBe(0);
    // Whoever had it before can no longer say that it failed.
    expect(await fail(job, 'late')).toBe(false);
    expect(await queue.heldBy('b')).toHaveLength(1);
  });

  it('takes back what the dead hold, and nothing of the living', async () => {
    for (const scan of ['1', '2', '3']) await queue.send('scan', { scan });
    for (const id of ['dead', 'alive']) await seen(database.query, { id, host: 'h', pid: 1 });
    await database.query(`update tare.workers set seen_at = now() - interval '31 seconds' where id = 'dead'`);
    for (const id of ['dead', 'alive', 'never seen']) await queue.take('scan', id);
    expect(await workers(database.query)).toMatchObject([{ holds: 1 }, { holds: 1 }]);
    expect(await queue.handBackLost(30)).toBe(2);
    expect(await queue.handBackLost(30)).toBe(0);
    expect(await workers(database.query)).toMatchObject([{ id: 'alive', holds: 1 }]);
    expect((await queue.depth()).scan).toEqual({ waiting: 2, running: 1 });
  });

  it('leaves a job for later without a try', async () => {
    await queue.send('scan', { scan: '1' });
    await queue.postpone((await queue.take('scan', 'a'))!, 60);
    expect(await queue.take('scan', 'a')).toBeUndefined();
    expect(await rows()).toMatchObject([{ state: 'created', retry_count: 0 }]);
    expect(await queue.heldBy('a')).toEqual([]);
  });

  const workerFor = (scan: (job: Job<'scan'>, signal: AbortSignal) => Promise<void>) => {
    const failures: { reason: string; last: boolean }[] = [];
    const never = async () => {
      throw new Error('nobody asked for it');
    };
    const handle = async (job: Job<'scan'>, signal: AbortSignal) => {
      await scan(job, signal);
      return async () => {};
    };
    const worker = new Worker({
      ...{ database, queue, log: silent, at: { scan: 1, resolve: 0, deliver: 0, sweep: 0 }, beatMs: 100, lostAfter: 5 },
      handlers: { scan: handle, resolve: never, deliver: never, sweep: never },
      onFailure: async (_job, reason, last) => void failures.push({ reason, last }),
    });
    return { worker, failures };
  };

  it('gets back what a worker has in hand when it stops', async () => {
    await queue.send('scan', { scan: '1' });
    let begun = (): void => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { worker, failures } = workerFor(async (_job, signal) => {
      begun();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    await worker.start();
    await running;
    await worker.stop();
    expect(await rows()).toMatchObject([{ state: 'created', retry_count: 0 }]);
    expect(failures).toEqual([]);
    expect(await workers(database.query)).toEqual([]);
    expect(await database.query('select * from tare.held')).toEqual([]);
  });

  it('gets back what went astray on its way to a worker', async () => {
    const done: string[] = [];
    const { worker } = workerFor(async ({ data }) => void done.push(data.scan));
    await queue.send('scan', { scan: '1' });
    // Taken in its name, and never told to it.
    await queue.take('scan', worker.id);
    await worker.start();
    await expect.poll(() => done, { timeout: 10_000 }).toEqual(['1']);
    await worker.stop();
  });

  it.each([
    ['is tried again', new PassingError('busy'), { state: 'retry' }, [{ reason: 'busy', last: false }]],
    ['is given up', new FinalError('no such thing'), { state: 'failed' }, [{ reason: 'no such thing', last: true }]],
    ['is given up, whatever was thrown', 'a string', { state: 'failed' }, [{ reason: 'a string', last: true }]],
    ['waits for another', new LaterError('not mine'), { state: 'created', retry_count: 0 }, []],
  ])('%s', async (_what, error, row, failures) => {
    await queue.send('scan', { scan: '1' });
    let tried = 0;
    const one = workerFor(async () => {
      tried++;
      throw error;
    });
    await one.worker.start();
    await expect
      .poll(async () => tried > 0 && (await queue.depth()).scan.running === 0, { timeout: 10_000 })
      .toBe(true);
    await one.worker.stop();
    expect((await rows())[0]).toMatchObject(row);
    expect(one.failures).toEqual(failures);
  });
});
