/** Jobs that outlive the process: pg-boss keeps them in the store's own database, whichever that is. */
import PgBoss from 'pg-boss';
import type { Database, Query } from '../store/database.ts';
import { storableReason } from '../store/text.ts';
import type { SweepJob } from '../sweep/job.ts';

/** What each queue is for, and what its jobs say. */
export interface Jobs {
  /** Grade a digest: id in `scans`. */
  scan: { scan: string };
  /** Ask the registry which digest a tag stands for: id in `pushes`. */
  resolve: { push: string };
  /** Tell one outlet of the verdict on a push. */
  deliver: { push: string; outlet: string };
  /** Enumerate a registry. */
  sweep: SweepJob;
}
export type QueueName = keyof Jobs;

/** A job in hand. */
export interface Job<Name extends QueueName = QueueName> {
  id: string;
  queue: Name;
  data: Jobs[Name];
  /** How often it was tried before. */
  tries: number;
  /** No failure is followed by another try. */
  last: boolean;
  /** Who took it. */
  worker: string;
}

/** Waiting, running and given-up jobs, by queue. */
export type Depth = Record<QueueName | 'dead', { waiting: number; running: number }>;

export const queueNames: readonly QueueName[] = ['scan', 'resolve', 'deliver', 'sweep'];

const schema = 'tare_queue';
/** Tries after the first, with pauses of about 2, 4, 8 … s. */
const retryLimit = 5;
const retryDelay = 2;
/** Backstop: what a dead worker held is handed back far sooner (see `handBackLost`). */
const expireInSeconds = 3600;
/** Enumerating a large registry takes its time; pg-boss allows less than a day. */
const sweepExpiresInSeconds = 23 * 3600;
/** pg-boss drops what waited for longer; its own fortnight is less than a backlog may take. */
const retentionMinutes = 365 * 24 * 60;
const maintenanceIntervalSeconds = 30;

export class Queue {
  private constructor(
    private readonly database: Database,
    private readonly boss: PgBoss,
  ) {}

  /** Makes the queues where they are not there yet. */
  static async open(database: Database, report: (error: Error) => void): Promise<Queue> {
    const boss = new PgBoss({
      db: through(database.query),
      schema,
      schedule: false,
      maintenanceIntervalSeconds,
    });
    boss.on('error', report);
    await boss.start();
    await boss.createQueue('dead');
    for (const name of queueNames)
      await boss.createQueue(name, {
        name,
        deadLetter: 'dead',
        ...{ retryLimit, retryDelay, retryBackoff: true, retentionMinutes },
        expireInSeconds: name === 'sweep' ? sweepExpiresInSeconds : expireInSeconds,
      });
    return new Queue(database, boss);
  }

  /** Stores a job; within a transaction where one is given, so that it is there exactly if all the rest is. */
  async send<Name extends QueueName>(queue: Name, data: Jobs[Name], within?: Query, priority = 0): Promise<void> {
    await this.boss.send(queue, data, { priority, ...(within && { db: through(within) }) });
  }

  /** Takes the next job for a worker, if there is one. From here on the worker answers for it. */
  async take<Name extends QueueName>(queue: Name, worker: string): Promise<Job<Name> | undefined> {
    return this.database.transaction(async (query) => {
      const [job] = await this.boss.fetch<Jobs[Name]>(queue, { includeMetadata: true, db: through(query) });
      if (!job) return undefined;
      await query(
        `insert into tare.held (job, queue, worker) values ($1, $2, $3) on conflict (job) do update set worker = excluded.worker`,
        [job.id, queue, worker],
      );
      const { id, data, retryCount: tries } = job;
      return { id, queue, data, tries, last: tries >= job.retryLimit, worker };
    });
  }

  /** Done; in the transaction that stores what came of it. */
  async complete({ queue, id }: Job, within: Query): Promise<void> {
    await this.boss.complete(queue, id, {}, { db: through(within) });
    await within('delete from tare.held where job = $1', [id]);
  }

  /**
   * Tried again later, or given up as a dead letter with its reason where it was the last try or `forGood`. False where
   * the job is no longer its worker's: then it is somebody else's to say what became of it.
   * @param waitMs the other side asks for at least so long before the next try.
   */
  async fail({ queue, id, worker }: Job, reason: string, within: Query, forGood = false, waitMs = 0): Promise<boolean> {
    const [ours] = await within('delete from tare.held where job = $1 and worker = $2 returning job', [id, worker]);
    if (!ours) return false;
    if (forGood) await within(`update ${schema}.job set retry_limit = retry_count where id = $1`, [id]);
    await this.boss.fail(queue, id, { reason: storableReason(reason) }, { db: through(within) });
    if (waitMs > 0)
      await within(
        `update ${schema}.job set start_after = greatest(start_after, now() + $2 * interval '1 millisecond')
         where id = $1 and state = 'retry'`,
        [id, waitMs],
      );
    return true;
  }

  /** Where a job that is taken up again goes on: what it says from now on. False where it is no longer this worker's. */
  async goOnFrom<Name extends QueueName>(job: Job<Name>, data: Jobs[Name]): Promise<boolean> {
    const rows = await this.database.query(
      `update ${schema}.job set data = $3 where id = $1 and state = 'active'
         and exists (select 1 from tare.held where job = $1 and worker = $2) returning id`,
      [job.id, job.worker, JSON.stringify(data)],
    );
    return rows.length > 0;
  }

  /** Not now and not by this worker: waits for `seconds`, and counts as no try. */
  async postpone({ id, worker }: Job, seconds: number): Promise<void> {
    await this.database.query(
      `with back as (delete from tare.held where job = $1 and worker = $2 returning job)
       update ${schema}.job set state = 'created', started_on = null, start_after = now() + $3 * interval '1 second'
       where id in (select job from back) and state = 'active'`,
      [id, worker, seconds],
    );
  }

  /** As if it had never been taken: for a worker that stops. Returns how many jobs. */
  handBack(worker: string, ids?: readonly string[]): Promise<number> {
    return this.giveBack(worker, ids, 1);
  }

  /** @param undone starts of a grading that do not count. */
  private async giveBack(worker: string, ids: readonly string[] | undefined, undone: 0 | 1): Promise<number> {
    const [row] = await this.database.query<{ jobs: string }>(
      `with back as (
         delete from tare.held where worker = $1 and ($2::uuid[] is null or job = any($2)) returning job),
       jobs as (
         update ${schema}.job set state = 'created', started_on = null, start_after = now() - interval '1 second'
         where id in (select job from back) and state = 'active' returning name, data),
       waiting as (
         update tare.scans set state = 'queued', attempts = greatest(attempts - $3::int, 0)
         where state = 'running' and id in (select (data->>'scan')::bigint from jobs where name = 'scan'))
       select count(*) as jobs from jobs`,
      [worker, ids ?? null, undone],
    );
    return Number(row!.jobs);
  }

  /** Ids of the jobs that a worker answers for. */
  async heldBy(worker: string): Promise<string[]> {
    const rows = await this.database.query<{ job: string }>('select job from tare.held where worker = $1', [worker]);
    return rows.map(({ job }) => job);
  }

  /** Hands back what workers hold that have not been seen for `seconds`: they were killed, or cut off. Returns how many jobs. */
  async handBackLost(seconds: number): Promise<number> {
    const lost = await this.database.query<{ id: string }>(
      `delete from tare.workers where seen_at < now() - $1 * interval '1 second' returning id`,
      [seconds],
    );
    const orphans = await this.database.query<{ worker: string }>(
      'select distinct worker from tare.held where worker not in (select id from tare.workers)',
    );
    let jobs = 0;
    for (const id of new Set([...lost.map((row) => row.id), ...orphans.map((row) => row.worker)]))
      jobs += await this.giveBack(id, undefined, 0);
    return jobs;
  }

  async depth(): Promise<Depth> {
    const rows = await this.database.query<{ name: keyof Depth; waiting: string; running: string }>(
      `select name, count(*) filter (where state < 'active') as waiting, count(*) filter (where state = 'active') as running
       from ${schema}.job group by name`,
    );
    const depth = Object.fromEntries(
      [...queueNames, 'dead' as const].map((name) => [name, { waiting: 0, running: 0 }]),
    ) as Depth;
    for (const { name, waiting, running } of rows)
      if (Object.hasOwn(depth, name)) depth[name] = { waiting: Number(waiting), running: Number(running) };
    return depth;
  }

  /** What was given up, latest first: the job, and why. */
  async dead(limit: number): Promise<{ id: string; at: Date; data: unknown; reason: string }[]> {
    const rows = await this.database.query<{ id: string; created_on: Date; data: unknown; output: unknown }>(
      `select id, created_on, data, output from ${schema}.job where name = 'dead' order by created_on desc limit $1`,
      [limit],
    );
    return rows.map(({ id, created_on: at, data, output }) => ({ id, at, data, reason: reasonOf(output) }));
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false, close: false, timeout: 1000 });
  }
}

function reasonOf(output: unknown): string {
  const { reason, value } = (output ?? {}) as { reason?: unknown; value?: { message?: unknown } };
  if (typeof reason === 'string') return reason;
  return typeof value?.message === 'string' ? value.message : 'no reason is on record';
}

function through(query: Query) {
  return {
    executeSql: async (text: string, values?: unknown[]) => ({ rows: await query(text, values) }),
  };
}
