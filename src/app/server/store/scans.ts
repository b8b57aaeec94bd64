/** Gradings: what is to be graded, and what came of it. Each digest is graded once for each judge, whoever asks how often. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { platformName } from '../../../report/format.ts';
import type { ImageReport } from '../../../types/report.ts';
import type { Digest } from '../../../types.ts';
import type { Queue } from '../queue/queue.ts';
import type { Repository, Verdict } from '../types.ts';
import type { Query } from './database.ts';
import { type Outlets, tell } from './pushes.ts';
import { storable, storableReason, storableText } from './text.ts';

/** What a worker grades. */
export interface ScanTask {
  id: string;
  digest: Digest;
  judge: string;
  registry: string;
  repository: string;
  tag?: string;
  /** The registry is asked again, even where the stored facts would do. */
  fresh: boolean;
  /** How often it was started, this time included. */
  attempts: number;
}

/** Marks a grading as running; undefined where somebody else finished it. */
export async function startScan(query: Query, id: string): Promise<ScanTask | undefined> {
  const [row] = await query<Omit<ScanTask, 'tag'> & { tag: string | null }>(
    `update tare.scans set state = 'running', started_at = now(), attempts = attempts + 1
     where id = $1 and state in ('queued', 'running') returning id, digest, judge, registry, repository, tag, fresh, attempts`,
    [id],
  );
  if (!row) return undefined;
  const { tag, ...rest } = row;
  return { ...rest, ...(tag !== null && { tag }) };
}

/**
 * Stores what came of it, and the deliveries that wait for it. False where somebody else was first: then nothing is stored.
 */
export async function finishScan(
  query: Query,
  queue: Queue,
  done: { id: string; reports: readonly ImageReport[]; verdict: Verdict; seconds: number },
  outlets: Outlets,
): Promise<boolean> {
  const { id, reports, verdict, seconds } = done;
  const { passed, score, grade, counts } = verdict;
  const [first] = await query(
    `update tare.scans set state = 'done', reason = null, finished_at = now(), seconds = $2, fresh = false,
       passed = $3, score = $4, grade = $5, counts = $6, verdict = $7
     where id = $1 and state in ('queued', 'running') returning id`,
    [id, seconds, passed, score, grade, JSON.stringify(counts), JSON.stringify(storable(verdict))],
  );
  if (!first) return false;
  await query('update tare.pushes set reason = null where scan = $1 and not told', [id]);
  await query('delete from tare.reports where scan = $1', [id]);
  for (const [position, report] of reports.entries()) {
    const { target } = report;
    const { platform } = target;
    await query(
      `insert into tare.reports (scan, position, platform, digest, name, score, grade, passed, body)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[id, position],
        storableText(platform ? platformName(platform) : 'unknown'),
        ...[target.digest ?? null, storableText(target.name), report.score.value, report.score.grade],
        ...[report.gate.passed, gzipSync(JSON.stringify(report))],
      ],
    );
  }
  const waiting = await query<{ id: string }>('select id from tare.pushes where scan = $1 and not told order by id', [
    id,
  ]);
  await tell(
    query,
    queue,
    waiting.map((push) => push.id),
    outlets,
  );
  return true;
}

/**
 * A grading that was to be made afresh, and was not: what came of it before stands, under the name that it was graded by.
 * False where there is none.
 */
export async function restoreScan(query: Query, id: string): Promise<boolean> {
  const rows = await query(
    `update tare.scans set state = 'done', reason = null, fresh = false, registry = verdict->>'registry',
       repository = verdict->>'repository', tag = verdict->>'tag'
     where id = $1 and verdict is not null returning id`,
    [id],
  );
  return rows.length > 0;
}

/** Given up: the reason is all that there is, where it was never graded. */
export async function failScan(query: Query, id: string, reason: string): Promise<void> {
  if (await restoreScan(query, id)) return;
  await query(
    `update tare.scans set state = 'failed', reason = $2, finished_at = now()
     where id = $1 and state in ('queued', 'running')`,
    [id, storableReason(reason)],
  );
}

/** Waits for its next try. */
export async function requeueScan(query: Query, id: string, reason: string): Promise<void> {
  await query(`update tare.scans set state = 'queued', reason = $2 where id = $1 and state = 'running'`, [
    id,
    storableReason(reason),
  ]);
}

/**
 * What is known of an image by these rules since today began (UTC). Under another name it may be under another policy,
 * and what was let be yesterday may count today.
 */
export async function knownVerdict(
  query: Query,
  { registry, repository, tag, digest }: Repository & { tag?: string; digest: Digest },
  judge: string,
): Promise<Verdict | undefined> {
  const [row] = await query<{ verdict: Verdict }>(
    `select verdict from tare.scans
     where digest = $1 and judge = $2 and registry = $3 and repository = $4 and state = 'done'
       and tag is not distinct from $5
       and finished_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc'`,
    [digest, judge, registry, repository, tag ?? null],
  );
  return row?.verdict;
}

/** The reports of a grading, one for each platform. */
export async function reportsOf(query: Query, id: string): Promise<ImageReport[]> {
  const rows = await query<{ body: Buffer }>('select body from tare.reports where scan = $1 order by position', [id]);
  return rows.map(({ body }) => JSON.parse(gunzipSync(body).toString('utf8')) as ImageReport);
}
