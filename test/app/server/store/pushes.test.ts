import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Queue } from '../../../../src/app/server/queue/queue.ts';
import type { Database } from '../../../../src/app/server/store/database.ts';
import { dropScan } from '../../../../src/app/server/store/moved.ts';
import { acceptPushes, resolvePush } from '../../../../src/app/server/store/pushes.ts';
import { failScan, finishScan, reportsOf, startScan } from '../../../../src/app/server/store/scans.ts';
import type { Verdict } from '../../../../src/app/server/types.ts';
import type { ImageReport } from '../../../../src/types/report.ts';
import { engines, opened } from '../engines.ts';
import { digest, event } from '../running.ts';
import { verdict } from '../verdict/sample.ts';

const graded = (change: Partial<Verdict> = {}): Verdict =>
  verdict({ repository: 'team/app', digest: digest(1), score: 61.5, ...change });
const worst = [{ rule: 'run-as-root', severity: 'high', title: 'root', message: 'a name with \0 in it' }] as const;
const report = {
  target: { name: 'team/app:v1 \0', platform: { os: 'linux', architecture: 'amd64' }, digest: digest(1) },
  score: { value: 61.5, grade: 'C' },
  gate: { passed: false },
} as unknown as ImageReport;

describe.each(engines)('pushes on %s', (_, start) => {
  let database: Database;
  let queue: Queue;
  let close: () => Promise<void>;
  const context = () => ({ queue, judge: 'judge-1', outlets: ['webhook', 'slack'] });

  beforeAll(async () => {
    ({ database, queue, close } = await opened(start));
  }, 120_000);
  afterAll(() => close());

  it('lead to one grading of a digest, however often it is pushed', async () => {
    const first = await acceptPushes(database, [event(1, { eventId: 'a' })], context());
    expect(first).toMatchObject([{ outcome: 'queued' }]);
    // The same delivery again, and the same image under another name.
    expect(await acceptPushes(database, [event(1, { eventId: 'a' })], context())).toEqual([]);
    const other = await acceptPushes(database, [event(1, { eventId: 'b', tag: 'latest' })], context());
    expect(other).toMatchObject([{ outcome: 'known', scan: first[0]!.scan }]);
    expect((await queue.depth()).scan).toEqual({ waiting: 1, running: 0 });
  });

  it('are told to every outlet once, when the grading is done', async () => {
    const job = (await queue.take('scan', 'worker-1'))!;
    const task = (await startScan(database.query, job.data.scan))!;
    expect(task).toMatchObject({ digest: digest(1), registry: 'registry.example.com', judge: 'judge-1' });
    const finish = () =>
      database.transaction(async (query) => {
        const done = { id: task.id, reports: [report], verdict: graded({ worst: [...worst] }), seconds: 1 };
        const first = await finishScan(query, queue, done, ['webhook', 'slack']);
        await queue.complete(job, query);
        return first;
      });
    expect(await finish()).toBe(true);
    expect(await finish()).toBe(false);
    expect((await queue.depth()).deliver.waiting).toBe(4);
    expect(await reportsOf(database.query, task.id)).toEqual([report]);
    expect(await queue.take('scan', 'worker-1')).toBeUndefined();
    // A later push of the same digest is told at once.
    await acceptPushes(database, [event(1, { tag: 'v2' })], context());
    expect((await queue.depth()).deliver.waiting).toBe(6);
    expect((await queue.depth()).scan.waiting).toBe(0);
  });

  it('of a tag alone wait until its digest is known', async () => {
    const { digest: _, ...tagged } = event(2, { tag: 'v3' });
    const [accepted] = await acceptPushes(database, [tagged], context());
    expect(accepted!.outcome).toBe('resolving');
    expect((await queue.take('resolve', 'worker-1'))!.data).toEqual({ push: accepted!.push });
    const resolved = await database.transaction((query) => resolvePush(query, accepted!.push, digest(2), context()));
    expect(resolved.outcome).toBe('queued');
  });

  it('bring back what failed, and what is to be graded afresh', async () => {
    const job = (await queue.take('scan', 'worker-1'))!;
    await startScan(database.query, job.data.scan);
    await database.transaction(async (query) => {
      await failScan(query, job.data.scan, 'no such layer');
      await queue.fail(job, 'no such layer', query, true);
    });
    expect(await queue.dead(10)).toMatchObject([{ data: { scan: job.data.scan }, reason: 'no such layer' }]);
    expect(await acceptPushes(database, [event(2)], context())).toMatchObject([{ outcome: 'queued' }]);
    expect(await acceptPushes(database, [event(1)], context(), { fresh: true })).toMatchObject([{ outcome: 'queued' }]);
  });

  it('take nothing from a digest by asking for it where it is not', async () => {
    const [asked] = await acceptPushes(database, [event(1, { repository: 'no/such' })], context(), { fresh: true });
    const scan = asked!.scan!;
    await database.query(`update tare.scans set state = 'done', verdict = $2 where id = $1`, [
      scan,
      JSON.stringify(graded({ worst: [] })),
    ]);
    await database.query('update tare.pushes set told = true where scan = $1', [scan]);
    await acceptPushes(database, [event(1, { repository: 'no/such' })], context(), { fresh: true });
    await database.transaction((query) => dropScan(query, queue, scan, 'it is no longer in the registry'));
    const [row] = await database.query('select state, repository from tare.scans where id = $1', [scan]);
    expect(row).toEqual({ state: 'done', repository: 'team/app' });
    await acceptPushes(database, [event(1, { repository: 'no/such' })], context(), { fresh: true });
    await database.transaction((query) => failScan(query, scan, 'access denied'));
    const [again] = await database.query('select state, repository from tare.scans where id = $1', [scan]);
    expect(again).toEqual({ state: 'done', repository: 'team/app' });
  });

  it('are stored all or none', async () => {
    const before = await database.query<{ n: string }>('select count(*) as n from tare.pushes');
    const bad = [event(7), { ...event(8), registry: null as unknown as string }];
    await expect(acceptPushes(database, bad, context())).rejects.toThrow(/null/);
    expect(await database.query('select count(*) as n from tare.pushes')).toEqual(before);
    expect(await database.query('select 1 from tare.scans where digest = $1', [digest(7)])).toEqual([]);
  });
});
