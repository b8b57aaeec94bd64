/** What is done about each kind of job. */
import type { RegistryOptions } from '../../../source/registry/options.ts';
import type { Digest } from '../../../types.ts';
import type { AssessPool } from '../assess/pool.ts';
import { NotGradedError } from '../assess/process.ts';
import type { Assessed } from '../assess/protocol.ts';
import { lookAtPush } from '../hooks/pushed.ts';
import type { Log } from '../log.ts';
import type { Job, Jobs, Queue } from '../queue/queue.ts';
import type { Database, Query } from '../store/database.ts';
import { adoptScan, dropScan, noteWaiting, otherJudge, tryElsewhere } from '../store/moved.ts';
import { acceptPushes, failPush, resolvePush } from '../store/pushes.ts';
import { failScan, finishScan, reportsOf, requeueScan, type ScanTask, startScan } from '../store/scans.ts';
import { storedImages, storeImages } from '../store/stored-images.ts';
import type { PushEvent, Verdict } from '../types.ts';
import type { Outlet } from '../verdict/outlets.ts';
import { verdictOf } from './verdict.ts';
import { FinalError, type Handlers, LaterError } from './worker.ts';

/** Enumerates a registry: every tag that fits, with its digest. */
export type Sweep = (job: Jobs['sweep'], signal: AbortSignal) => AsyncIterable<PushEvent & { digest: Digest }>;

export interface HandlerOptions {
  database: Database;
  queue: Queue;
  pool: AssessPool;
  judge: string;
  outlets: ReadonlyMap<string, Outlet>;
  sweep: Sweep;
  registry: RegistryOptions;
  env: Record<string, string | undefined>;
  log: Log;
  /** Page of a grading, where the server knows its own address. */
  reportUrl?: ((digest: Digest) => string) | undefined;
  /** Told of each grading, for the metrics. */
  graded?: (seconds: number, grade: string, pulled: boolean) => void;
  now?: () => Date;
}

const sweepBatch = 100;
const aDay = 10;
/** Workers of another version may be on their way out, or in; after this nobody judges so any more, s. */
const judgesChangeFor = 600;
/** More starts than tries: an image at which whole workers end is no longer given to the next one. */
const mostStarts = 12;

/** The four handlers over one set of parts. */
export function handlersFor(options: HandlerOptions): Handlers {
  return {
    scan: (job, signal) => scan(job, signal, options),
    resolve: (job, signal) => resolve(job, signal, options),
    deliver: (job, signal) => deliver(job, signal, options),
    sweep: (job, signal) => sweep(job, signal, options),
  };
}

/** Keeps what the pages show in step with the queue. */
export async function noteFailure(job: Job, reason: string, last: boolean, query: Query, queue: Queue): Promise<void> {
  if (job.queue === 'scan') {
    const { scan: id } = (job as Job<'scan'>).data;
    if (!last) await requeueScan(query, id, reason);
    else if (!(await tryElsewhere(query, queue, id, reason))) await failScan(query, id, reason);
  } else if (job.queue === 'resolve' && last) await failPush(query, (job as Job<'resolve'>).data.push, reason);
}

async function scan(job: Job<'scan'>, signal: AbortSignal, options: HandlerOptions) {
  const { database, queue, log } = options;
  const outlets = [...options.outlets.keys()];
  const other = await otherJudge(database.query, job.data.scan, options.judge);
  if (other) {
    if (other.seconds > judgesChangeFor)
      return (query: Query) => adoptScan(query, queue, job.data.scan, options.judge, outlets);
    const why = `it waits for a worker that judges by ${other.judge} (this one: ${options.judge}); give every worker the same rules and policy`;
    await noteWaiting(database.query, job.data.scan, why);
    throw new LaterError(why);
  }
  const task = await startScan(database.query, job.data.scan);
  // Somebody else was done with it meanwhile.
  if (!task) return async () => {};
  if (task.attempts > mostStarts)
    throw new FinalError(`${mostStarts} times its grading was begun, and the worker ended before it was done`);
  const began = performance.now();
  const graded = await grade(task, signal, options);
  if ('nothing' in graded)
    return async (query: Query) => {
      await dropScan(query, queue, task.id, graded.nothing);
    };
  const { assessed, pulled } = graded;
  const seconds = (performance.now() - began) / 1000;
  const verdict = verdictOf(task, assessed.reports, options.now?.() ?? new Date());
  const reportUrl = options.reportUrl?.(task.digest);
  if (reportUrl !== undefined) verdict.reportUrl = reportUrl;
  return async (query: Query) => {
    const done = { id: task.id, reports: assessed.reports, verdict, seconds };
    if (!(await finishScan(query, queue, done, outlets))) return;
    if (pulled) await storeImages(query, task.digest, assessed.images);
    options.graded?.(seconds, verdict.grade, pulled);
    const { registry, repository, digest, passed, grade: its } = verdict;
    log.info(
      { registry, repository, digest, passed, grade: its, seconds: Number(seconds.toFixed(2)), pulled },
      'graded',
    );
  };
}

/** From what is stored where that suffices, else from the registry. */
async function grade(
  task: ScanTask,
  signal: AbortSignal,
  { database, pool, now, registry: how, env }: HandlerOptions,
): Promise<{ assessed: Assessed; pulled: boolean } | { nothing: string }> {
  const asOf = (now?.() ?? new Date()).toISOString().slice(0, aDay);
  const { registry, repository, tag, digest } = task;
  const image = { registry, repository, digest, asOf, ...(tag !== undefined && { tag }) };
  const images = task.fresh ? [] : await storedImages(database.query, digest);
  if (images.length > 0) {
    try {
      return { assessed: await pool.run({ kind: 'regrade', images, ...image }, signal), pulled: false };
    } catch (error) {
      if (!(error instanceof NotGradedError && error.why === 'missing')) throw error;
    }
  }
  // Registries tell of signatures and reports as they tell of images, of ours too.
  const pushed = await lookAtPush(task, how, { env, signal });
  if (pushed.is === 'gone') return { nothing: 'it is no longer in the registry' };
  if (pushed.is === 'artifact') return { nothing: `it is no image but ${pushed.type}` };
  // Some registries count a manifest that is asked for as a pull: twice would be one too many.
  const documents = new Map([[digest, { bytes: pushed.bytes }]]);
  return { assessed: await pool.run({ kind: 'pull', ...image, documents }, signal), pulled: true };
}

async function resolve(job: Job<'resolve'>, signal: AbortSignal, options: HandlerOptions) {
  const { database, queue, judge, outlets, registry: how, env } = options;
  const { push } = job.data;
  const [event] = await database.query<{
    registry: string;
    repository: string;
    tag: string | null;
    scan: string | null;
  }>('select registry, repository, tag, scan from tare.pushes where id = $1', [push]);
  if (!event || event.scan !== null || event.tag === null) return async () => {};
  const pushed = await lookAtPush({ ...event, tag: event.tag }, how, { env, signal });
  return async (query: Query) => {
    if (pushed.is === 'gone') await failPush(query, push, 'the tag is no longer in the registry');
    else if (pushed.is === 'artifact') await failPush(query, push, `it is no image but ${pushed.type}`);
    else await resolvePush(query, push, pushed.digest, { queue, judge, outlets: [...outlets.keys()] });
  };
}

async function deliver(job: Job<'deliver'>, signal: AbortSignal, options: HandlerOptions) {
  const { database, outlets } = options;
  const { push, outlet: name } = job.data;
  const outlet = outlets.get(name);
  if (!outlet) throw new FinalError(`there is no outlet ${name} any more`);
  const [row] = await database.query<{
    registry: string;
    repository: string;
    tag: string | null;
    scan: string;
    verdict: Verdict;
  }>(
    `select p.registry, p.repository, p.tag, s.id as scan, s.verdict
     from tare.pushes p join tare.scans s on s.id = p.scan where p.id = $1 and s.verdict is not null`,
    [push],
  );
  if (!row) throw new FinalError('its report is gone');
  const { registry, repository, tag, scan: id, verdict } = row;
  const { tag: _, ...graded } = verdict;
  // The digest was graded once; each push has a name of its own.
  const told: Verdict = { ...graded, registry, repository, ...(tag !== null && { tag }) };
  await outlet.deliver(told, await reportsOf(database.query, id), signal);
  return async () => {};
}

async function sweep(job: Job<'sweep'>, signal: AbortSignal, options: HandlerOptions) {
  const { database, queue, judge, outlets, log } = options;
  const context = { queue, judge, outlets: [...outlets.keys()] };
  let batch: PushEvent[] = [];
  let found = 0;
  const flush = async (): Promise<void> => {
    await acceptPushes(database, batch, context);
    const last = batch.at(-1);
    // A sweep of hours that is handed back does not begin anew.
    if (last?.tag) await queue.goOnFrom(job, { ...job.data, last: `${last.repository}:${last.tag}` });
    batch = [];
  };
  for await (const event of options.sweep(job.data, signal)) {
    batch.push(event);
    found++;
    if (batch.length >= sweepBatch) await flush();
  }
  await flush();
  log.info({ registry: job.data.registry, images: found }, 'swept');
  return async () => {};
}
