/** What the gate did, kept for people to look at. */
import type { Decision } from '../types.ts';
import { present, type Query } from './database.ts';
import { storableReason } from './text.ts';

export async function recordDecision(query: Query, decision: Decision): Promise<void> {
  const { at, action, registry, repository, tag, digest, outcome, reason, score, grade } = decision;
  await query(
    `insert into tare.decisions (at, action, registry, repository, tag, digest, outcome, reason, score, grade)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[at.toISOString(), action, registry, repository, tag ?? null, digest, outcome, storableReason(reason)],
      ...[score ?? null, grade ?? null],
    ],
  );
}

/** Latest first; `before` is the id of the last one seen. */
export async function decisions(
  query: Query,
  page: { limit: number; before?: string; repository?: string; outcome?: string },
): Promise<(Decision & { id: string })[]> {
  const rows = await query<Record<string, unknown>>(
    `select * from tare.decisions
     where ($1::bigint is null or id < $1) and ($2::text is null or registry || '/' || repository = $2)
       and ($3::text is null or outcome = $3)
     order by id desc limit $4`,
    [page.before ?? null, page.repository ?? null, page.outcome ?? null, page.limit],
  );
  return rows.map(present) as (Decision & { id: string })[];
}
