/** Takes jobs and does them, until it is stopped: then it hands back what it holds. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { mayPass } from '../../../source/registry/errors.ts';
import { NotGradedError } from '../assess/process.ts';
import type { Log } from '../log.ts';
import type { Job, Queue, QueueName } from '../queue/queue.ts';
import { type Database, isPassing, type Query } from '../store/database.ts';
import { gone, seen } from '../store/workers.ts';

/**
 * Does a job and answers with what is to be stored of it: in one transaction with the job's own end, so that
 * neither is there without the other. @throws the reason why it was not done.
 */
export type Handler<Name extends QueueName> = (
  job: Job<Name>,
  signal: AbortSignal,
) => Promise<(query: Query) => Promise<void>>;

export interface Handlers {
  scan: Handler<'scan'>;
  resolve: Handler<'resolve'>;
  deliver: Handler<'deliver'>;
  sweep: Handler<'sweep'>;
}

/** What is to be stored beside a job that failed. `last`: nobody tries again. */
export type OnFailure = (job: Job, reason: string, last: boolean, query: Query, queue: Queue) => Promise<void>;

export interface WorkerOptions {
  database: Database;
  queue: Queue;
  handlers: Handlers;
  onFailure: OnFailure;
  log: Log;
  /** Jobs of each queue at once. */
  at: Record<QueueName, number>;
  /** How often it says that it is there, ms. */
  beatMs?: number;
  /** A worker that was not seen for so long has lost what it held, s: several beats, and a restart of the database. */
  lostAfter?: number;
}

/** The job cannot be done at this moment by this worker; nothing is wrong with what it asks. */
export class PassingError extends Error {}
/** Another worker may do it, or this one in a while: no try is counted. */
export class LaterError extends Error {}
/** No other try can help. */
export class FinalError extends Error {}

/** How often an empty queue is looked at, ms. */
const idleMs = 500;
/** Until a job is looked at again that was left for later, s. */
const laterSeconds = 5;

export class Worker {
  readonly id = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  private readonly stopping = new AbortController();
  private readonly loops: Promise<void>[] = [];
  private readonly wake = new Set<() => void>();
  /** Jobs in hand. */
  private readonly mine = new Set<string>();
  private readonly options: WorkerOptions;

  constructor(options: WorkerOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    await this.beat();
    const { at } = this.options;
    this.loops.push(this.beating());
    for (const queue of Object.keys(at) as QueueName[])
      for (let i = 0; i < at[queue]; i++) this.loops.push(this.loop(queue));
  }

  /** There may be something to do: looks at once. */
  nudge(): void {
    for (const wake of this.wake) wake();
  }

  /** Running jobs are stopped and handed back; returns when none is left. */
  async stop(): Promise<void> {
    this.stopping.abort(new PassingError('the worker stops'));
    this.nudge();
    await Promise.all(this.loops);
    const { database, queue } = this.options;
    await queue.handBack(this.id);
    await gone(database.query, this.id);
  }

  private async loop(queue: QueueName): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const job = await this.options.queue.take(queue, this.id);
        if (job) await this.work(job);
        else await this.rest();
      } catch (error) {
        // The database was away for longer than is waited for: what is held is handed back by others.
        this.options.log.error({ queue, error: (error as Error).message }, 'a worker cannot reach its queue');
        await this.rest();
      }
    }
  }

  private async work(job: Job): Promise<void> {
    const { database, queue, handlers, onFailure, log } = this.options;
    const { signal } = this.stopping;
    const fields = { queue: job.queue, job: job.id };
    this.mine.add(job.id);
    try {
      const handler = handlers[job.queue] as Handler<QueueName>;
      const store = await handler(job, signal);
      await database.transaction(async (query) => {
        await store(query);
        await queue.complete(job, query);
      });
    } catch (error) {
      if (signal.aborted) return void (await queue.handBack(this.id, [job.id]));
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof LaterError) {
        log.debug({ ...fields, reason: message }, 'a job is left for later');
        return await queue.postpone(job, laterSeconds);
      }
      const forGood = !isWorthATry(error);
      const last = forGood || job.last;
      log.warn({ ...fields, reason: message, last }, last ? 'a job was given up' : 'a job is tried again later');
      await database.transaction(async (query) => {
        if (await queue.fail(job, message, query, forGood, waitOf(error)))
          await onFailure(job, message, last, query, queue);
      });
    } finally {
      this.mine.delete(job.id);
    }
  }

  private async rest(): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    let wake = (): void => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.wake.add(wake);
    const timer = setTimeout(wake, idleMs * (0.75 + Math.random() / 2));
    await woken;
    clearTimeout(timer);
    this.wake.delete(wake);
  }

  private async beating(): Promise<void> {
    const { signal } = this.stopping;
    const { queue, log, beatMs = 5_000, lostAfter = 30 } = this.options;
    let strays = new Set<string>();
    while (!signal.aborted) {
      await sleep(beatMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        await this.beat();
        // Taken, and lost on the way to us or back: seen twice, so that none that is just arriving is meant.
        const held = (await queue.heldBy(this.id)).filter((job) => !this.mine.has(job));
        await queue.handBack(
          this.id,
          held.filter((job) => strays.has(job)),
        );
        strays = new Set(held);
        const back = await queue.handBackLost(lostAfter);
        if (back > 0) log.warn({ jobs: back }, 'jobs of workers that are gone were handed back');
      } catch (error) {
        log.error({ error: (error as Error).message }, 'a worker cannot say that it is there');
      }
    }
  }

  private beat(): Promise<void> {
    return seen(this.options.database.query, { id: this.id, host: hostname(), pid: process.pid });
  }
}

/** ms that the other side asks to wait, where it does (Retry-After). */
function waitOf(error: unknown): number {
  const { retryAfterMs } = (error ?? {}) as { retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' ? retryAfterMs : 0;
}

/** Images do not change: what they did to a scan, they do again. */
function isWorthATry(error: unknown): boolean {
  if (error instanceof NotGradedError) return error.why === 'passing';
  if (error instanceof PassingError) return true;
  if (error instanceof FinalError) return false;
  return mayPass(error) || isPassing(error) || (error as { permanent?: boolean }).permanent === false;
}
