/** Repositories as they are looked at: how each stands, its tags, its pushes, and how its scores went. */
import type { Digest } from '../../../types.ts';
import type { Repository } from '../types.ts';
import { present, type Query } from './database.ts';
import { latestOf } from './scan-list.ts';

/** How a repository stands; grades are absent where nothing of it was graded yet. */
export interface RepositoryRow extends Repository {
  pushedAt: string;
  tags: number;
  /** Tags whose image fails the gate. */
  failing: number;
  /** Of the tags as they stand now. */
  worst?: { grade: string; score: number };
  /** Of the last push that was graded. */
  latest?: { grade: string; score: number; passed: boolean; digest: string };
}

export interface TagRow {
  tag: string;
  digest: Digest;
  updatedAt: string;
  grade?: string;
  score?: number;
  passed?: boolean;
  /** Where the next page begins. */
  cursor: [string, string];
}

/** One graded push. */
export interface TrendPoint {
  at: string;
  tag?: string;
  digest: string;
  score: number;
  grade: string;
  passed: boolean;
}

export interface PushRow {
  id: string;
  at: string;
  source: string;
  tag?: string;
  digest?: string;
  state?: string;
  grade?: string;
  reason?: string;
}

/** In the order of their names; `after` is the last one seen. `search` is part of the name. */
export async function listRepositories(
  query: Query,
  page: {
    judge: string;
    limit: number;
    after?: Repository | undefined;
    search?: string | undefined;
    grade?: string | undefined;
    failing?: boolean | undefined;
  },
): Promise<RepositoryRow[]> {
  const { judge, limit, after, search, grade, failing } = page;
  const rows = await query<{
    registry: string;
    repository: string;
    pushed_at: Date;
    tags: string;
    failing: string;
    worst_grade: string | null;
    worst_score: number | null;
    grade: string | null;
    score: number;
    passed: boolean;
    digest: string;
  }>(
    `select r.*, now_.tags, now_.failing, coalesce(now_.grade, last.grade) as worst_grade,
       coalesce(now_.score, last.score) as worst_score, last.grade, last.score, last.passed, last.digest
     from (
       select registry, repository, max(at) as pushed_at from tare.pushes
       where ($2::text is null or (registry, repository) > ($2, $3::text))
         and ($4::text is null or strpos(registry || '/' || repository, $4) > 0)
       group by registry, repository) r
     cross join lateral (
       select count(*) as tags, count(*) filter (where not g.passed) as failing, max(g.grade) as grade, min(g.score) as score
       from tare.tags t left join lateral (${latestOf('t.digest')}) g on true
       where t.registry = r.registry and t.repository = r.repository) now_
     left join lateral (
       select s.grade, s.score, s.passed, s.digest from tare.pushes p join tare.scans s on s.id = p.scan and s.state = 'done'
       where p.registry = r.registry and p.repository = r.repository order by p.at desc, p.id desc limit 1) last on true
     where ($5::text is null or coalesce(now_.grade, last.grade) = $5) and ($6::boolean is null or (now_.failing > 0) = $6)
     order by r.registry, r.repository limit $7`,
    [
      ...[judge, after?.registry ?? null, after?.repository ?? null, search?.toLowerCase() || null],
      ...[grade ?? null, failing ?? null, limit],
    ],
  );
  return rows.map((row) => ({
    ...{ registry: row.registry, repository: row.repository, pushedAt: row.pushed_at.toISOString() },
    ...{ tags: Number(row.tags), failing: Number(row.failing) },
    ...(row.worst_grade !== null && { worst: { grade: row.worst_grade, score: row.worst_score! } }),
    ...(row.grade !== null && {
      latest: { grade: row.grade, score: row.score, passed: row.passed, digest: row.digest },
    }),
  }));
}

/** Whether anything of that name was ever pushed. */
export async function isKnown(query: Query, { registry, repository }: Repository): Promise<boolean> {
  const found = await query('select 1 from tare.pushes where registry = $1 and repository = $2 limit 1', [
    registry,
    repository,
  ]);
  return found.length > 0;
}

/** The tag moved last first. */
export async function listTags(
  query: Query,
  { registry, repository }: Repository,
  page: { judge: string; limit: number; after?: readonly [string, string] | undefined },
): Promise<TagRow[]> {
  const rows = await query<{
    tag: string;
    digest: Digest;
    updated_at: Date;
    exact: string;
    grade: string | null;
    score: number | null;
    passed: boolean | null;
  }>(
    `select t.tag, t.digest, t.updated_at, (extract(epoch from t.updated_at) * 1000000)::bigint::text as exact,
       g.grade, g.score, g.passed
     from tare.tags t left join lateral (${latestOf('t.digest')}) g on true
     where t.registry = $2 and t.repository = $3 and ($4::bigint is null or
       ((extract(epoch from t.updated_at) * 1000000)::bigint, t.tag) < ($4, $5::text))
     order by t.updated_at desc, t.tag desc limit $6`,
    [page.judge, registry, repository, page.after?.[0] ?? null, page.after?.[1] ?? null, page.limit],
  );
  return rows.map(({ tag, digest, updated_at, exact, grade, score, passed }) => ({
    ...{ tag, digest, updatedAt: updated_at.toISOString(), cursor: [exact, tag] as [string, string] },
    ...(grade !== null && { grade, score: score!, passed: passed! }),
  }));
}

/** Graded pushes, oldest first; the latest ones where there are more than `limit`. */
export async function trendOf(
  query: Query,
  { registry, repository }: Repository,
  { limit, tag }: { limit: number; tag?: string | undefined },
): Promise<TrendPoint[]> {
  const rows = await query<Omit<TrendPoint, 'at' | 'tag'> & { at: Date; tag: string | null }>(
    `select p.at, p.tag, s.digest, s.score, s.grade, s.passed
     from tare.pushes p join tare.scans s on s.id = p.scan and s.state = 'done'
     where p.registry = $1 and p.repository = $2 and ($3::text is null or p.tag = $3)
     order by p.at desc, p.id desc limit $4`,
    [registry, repository, tag ?? null, limit],
  );
  return rows
    .reverse()
    .map(({ at, tag: its, ...rest }) => ({ at: at.toISOString(), ...(its !== null && { tag: its }), ...rest }));
}

/** Latest first. */
export async function pushesOf(query: Query, { registry, repository }: Repository, limit: number): Promise<PushRow[]> {
  const rows = await query<Record<string, string | null> & { at: never }>(
    `select p.id, p.at, p.source, p.tag, coalesce(p.digest, s.digest) as digest, s.state, s.grade,
       coalesce(p.reason, s.reason) as reason
     from tare.pushes p left join tare.scans s on s.id = p.scan
     where p.registry = $1 and p.repository = $2 order by p.at desc, p.id desc limit $3`,
    [registry, repository, limit],
  );
  return rows.map(({ at, ...row }) => ({
    ...(present(row) as PushRow),
    at: (at as Date).toISOString(),
  }));
}
