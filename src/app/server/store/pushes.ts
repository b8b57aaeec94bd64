/** What was pushed, and what is to be graded because of it. */
import type { Digest } from '../../../types.ts';
import type { Queue } from '../queue/queue.ts';
import type { PushEvent } from '../types.ts';
import type { Database, Query } from './database.ts';
import { storableReason } from './text.ts';

/** What became of an event. */
export interface Accepted {
  push: string;
  /** `queued`: a grading waits; `known`: this digest is graded or on its way; `resolving`: its tag must be looked up first. */
  outcome: 'queued' | 'known' | 'resolving';
  scan?: string;
}

/** Priority of a grading that somebody waits for: a sweep of thousands comes behind it. */
export const ahead = 10;

/** What deliveries of a verdict are called; one job each. */
export type Outlets = readonly string[];

/** What stands behind the queue: the jobs of one transaction. */
interface Context {
  queue: Queue;
  /** Names the rules and the policy by which is graded (see `judgeOf`). */
  judge: string;
  outlets: Outlets;
}

/**
 * Stores events and the jobs that they need, all or none: whoever is told so may forget them. An event whose id came
 * before is not stored again, and is not in the answer.
 */
export async function acceptPushes(
  database: Database,
  events: readonly PushEvent[],
  context: Context,
  options: { fresh?: boolean } = {},
): Promise<Accepted[]> {
  return database.transaction(async (query) => {
    const accepted: Accepted[] = [];
    for (const event of events) {
      const [push] = await query<{ id: string }>(
        `insert into tare.pushes (source, event_id, registry, repository, tag, digest) values ($1, $2, $3, $4, $5, $6)
         on conflict (source, event_id) do nothing returning id`,
        [
          event.source,
          event.eventId ?? null,
          event.registry,
          event.repository,
          event.tag ?? null,
          event.digest ?? null,
        ],
      );
      if (push) accepted.push(await follow(query, push.id, event, context, options.fresh ?? false));
    }
    return accepted;
  });
}

/** A tag was looked up: the push goes on as if its event had named the digest. */
export async function resolvePush(query: Query, push: string, digest: Digest, context: Context): Promise<Accepted> {
  const [event] = await query<PushEvent & { tag: string | null }>(
    'update tare.pushes set digest = $2 where id = $1 returning registry, repository, tag, source',
    [push, digest],
  );
  if (!event) throw new Error(`there is no push ${push}`);
  const { tag, ...rest } = event;
  return follow(query, push, { ...rest, ...(tag !== null && { tag }), digest }, context, false);
}

/** A push that nothing can be made of. */
export async function failPush(query: Query, push: string, reason: string): Promise<void> {
  await query('update tare.pushes set reason = $2, told = true where id = $1', [push, storableReason(reason)]);
}

async function follow(
  query: Query,
  push: string,
  event: PushEvent,
  context: Context,
  fresh: boolean,
): Promise<Accepted> {
  const { registry, repository, tag, digest } = event;
  const { queue, judge, outlets } = context;
  if (digest === undefined) {
    await queue.send('resolve', { push }, query);
    return { push, outcome: 'resolving' };
  }
  if (tag !== undefined)
    await query(
      `insert into tare.tags (registry, repository, tag, digest) values ($1, $2, $3, $4)
       on conflict (registry, repository, tag) do update set digest = excluded.digest, updated_at = now()`,
      [registry, repository, tag, digest],
    );
  const { id: scan, state, queued } = await wanted(query, { registry, repository, tag, digest, judge, fresh });
  await query('update tare.pushes set scan = $2 where id = $1', [push, scan]);
  if (queued) {
    await queue.send('scan', { scan }, query, event.source === 'sweep' || event.source === 'rescan' ? 0 : ahead);
    return { push, outcome: 'queued', scan };
  }
  if (state === 'done') await tell(query, queue, [push], outlets);
  return { push, outcome: 'known', scan };
}

/** The grading of a digest: made, made again where it failed or `fresh` asks for it, or the one that is there. */
export async function wanted(
  query: Query,
  asked: {
    registry: string;
    repository: string;
    tag: string | undefined;
    digest: Digest;
    judge: string;
    fresh: boolean;
  },
): Promise<{ id: string; state: string; queued: boolean }> {
  const { registry, repository, tag, digest, judge, fresh } = asked;
  const [made] = await query<{ id: string }>(
    `insert into tare.scans (digest, judge, registry, repository, tag) values ($1, $2, $3, $4, $5)
     on conflict (digest, judge) do update
       set state = 'queued', reason = null, attempts = 0, queued_at = now(), fresh = $6,
           registry = excluded.registry, repository = excluded.repository, tag = excluded.tag
       where tare.scans.state = 'failed' or ($6 and tare.scans.state = 'done')
     returning id`,
    [digest, judge, registry, repository, tag ?? null, fresh],
  );
  if (made) return { id: made.id, state: 'queued', queued: true };
  const [found] = await query<{ id: string; state: string }>(
    `select id, state from tare.scans where digest = $1 and judge = $2 for ${fresh ? 'update' : 'share'}`,
    [digest, judge],
  );
  if (fresh) await query(`update tare.scans set fresh = true where id = $1 and state = 'queued'`, [found!.id]);
  return { id: found!.id, state: found!.state, queued: false };
}

/** One delivery for each push and outlet, once. */
export async function tell(query: Query, queue: Queue, pushes: readonly string[], outlets: Outlets): Promise<void> {
  for (const push of pushes) {
    const [untold] = await query('update tare.pushes set told = true where id = $1 and not told returning id', [push]);
    if (!untold) continue;
    for (const outlet of outlets) await queue.send('deliver', { push, outlet }, query);
  }
}
