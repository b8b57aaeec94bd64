/** Gradings as they are looked at: lists, one of them, and what stands for a digest. */
import type { Digest } from '../../../types.ts';
import type { Repository, Verdict } from '../types.ts';
import type { Query } from './database.ts';

export type ScanState = 'queued' | 'running' | 'done' | 'failed';

/** One grading; times are ISO 8601, UTC. */
export interface ScanRow extends Repository {
  id: string;
  digest: Digest;
  tag?: string;
  state: ScanState;
  /** Why it failed, or is tried again. */
  reason?: string;
  attempts: number;
  queuedAt: string;
  startedAt?: string;
  finishedAt?: string;
  seconds?: number;
  passed?: boolean;
  score?: number;
  grade?: string;
  counts?: Record<string, number>;
}

export interface PlatformRow {
  platform: string;
  digest?: string;
  score: number;
  grade: string;
  passed: boolean;
}

/** A grading whole: its verdict, and how each platform did. */
export interface ScanDetail extends ScanRow {
  verdict?: Verdict;
  platforms: PlatformRow[];
}

const columns = `s.id, s.digest, s.registry, s.repository, s.tag, s.state, s.reason, s.attempts, s.queued_at, s.started_at,
  s.finished_at, s.seconds, s.passed, s.score, s.grade, s.counts`;

/** The best grading of a digest `d`: by the judge in force where there is one, else the latest. $1 is the judge. */
export const latestOf = (digest: string): string =>
  `select * from tare.scans s where s.digest = ${digest} and s.state = 'done'
   order by (s.judge = $1) desc, s.finished_at desc limit 1`;

/** Latest asked for first; `before` is the id of the last one seen. A repository's are those that its pushes led to. */
export async function listScans(
  query: Query,
  page: {
    limit: number;
    before?: string | undefined;
    state?: ScanState | undefined;
    of?: Repository | undefined;
    grade?: string | undefined;
    passed?: boolean | undefined;
  },
): Promise<ScanRow[]> {
  const { limit, before, state, of, grade, passed } = page;
  const rows = await query<Row>(
    `select ${columns} from tare.scans s
     where ($1::bigint is null or s.id < $1) and ($2::text is null or s.state = $2)
       and ($3::text is null or exists (
         select 1 from tare.pushes p where p.scan = s.id and p.registry = $3 and p.repository = $4))
       and ($5::text is null or s.grade = $5) and ($6::boolean is null or s.passed = $6)
     order by s.id desc limit $7`,
    [before ?? null, state ?? null, of?.registry ?? null, of?.repository ?? null, grade ?? null, passed ?? null, limit],
  );
  return rows.map(scanFrom);
}

export async function scanOf(query: Query, id: string): Promise<ScanDetail | undefined> {
  const [row] = await query<Row>(`select ${columns}, s.verdict from tare.scans s where s.id = $1`, [id]);
  if (!row) return undefined;
  const platforms = await query<{
    platform: string;
    digest: string | null;
    score: number;
    grade: string;
    passed: boolean;
  }>('select platform, digest, score, grade, passed from tare.reports where scan = $1 order by position', [id]);
  return {
    ...scanFrom(row),
    ...(row.verdict && { verdict: row.verdict }),
    platforms: platforms.map(({ digest, ...rest }) => ({ ...rest, ...(digest !== null && { digest }) })),
  };
}

/** Every grading of a digest, the best one first (see `latestOf`), then the latest; at most 100. */
export async function scansOfDigest(query: Query, digest: Digest, judge: string): Promise<ScanRow[]> {
  const rows = await query<Row>(
    `select ${columns} from tare.scans s where s.digest = $2
     order by (s.state = 'done') desc, (s.judge = $1) desc, s.finished_at desc nulls last, s.id desc limit 100`,
    [judge, digest],
  );
  return rows.map(scanFrom);
}

/** Where a digest is tagged; at most 100. */
export async function tagsOfDigest(query: Query, digest: Digest): Promise<(Repository & { tag: string })[]> {
  return query('select registry, repository, tag from tare.tags where digest = $1 order by 1, 2, 3 limit 100', [
    digest,
  ]);
}

interface Row {
  id: string;
  digest: Digest;
  registry: string;
  repository: string;
  tag: string | null;
  state: ScanState;
  reason: string | null;
  attempts: number;
  queued_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  seconds: number | null;
  passed: boolean | null;
  score: number | null;
  grade: string | null;
  counts: Record<string, number> | null;
  verdict?: Verdict | null;
}

function scanFrom(row: Row): ScanRow {
  const { id, digest, registry, repository, state, attempts } = row;
  return {
    ...{ id, digest, registry, repository, state, attempts, queuedAt: row.queued_at.toISOString() },
    ...(row.tag !== null && { tag: row.tag }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.started_at && { startedAt: row.started_at.toISOString() }),
    ...(row.finished_at && { finishedAt: row.finished_at.toISOString() }),
    ...(row.seconds !== null && { seconds: row.seconds }),
    ...(row.passed !== null && { passed: row.passed }),
    ...(row.score !== null && { score: row.score }),
    ...(row.grade !== null && { grade: row.grade }),
    ...(row.counts && { counts: row.counts }),
  };
}
