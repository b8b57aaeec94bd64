/** Gradings that go on elsewhere: in another repository that has the digest, or by another judge. */
import type { Digest } from '../../../types.ts';
import type { Queue } from '../queue/queue.ts';
import type { Query } from './database.ts';
import { ahead, type Outlets, tell, wanted } from './pushes.ts';
import { restoreScan } from './scans.ts';
import { storableReason } from './text.ts';

/**
 * It could not be graded where it was looked for: where the digest was pushed to another repository too, it is tried
 * there, so that what somebody does to one repository hides nothing in another. False where there is no other.
 */
export async function tryElsewhere(query: Query, queue: Queue, id: string, reason: string): Promise<boolean> {
  const scan = await place(query, id);
  if (!scan) return false;
  await query('update tare.pushes set reason = $2 where scan = $1 and registry = $3 and repository = $4 and not told', [
    id,
    storableReason(reason),
    scan.registry,
    scan.repository,
  ]);
  return sendElsewhere(query, queue, id);
}

/** There is nothing to grade in its repository: the pushes there say why. Without another repository, the grading goes. */
export async function dropScan(query: Query, queue: Queue, id: string, reason: string): Promise<void> {
  const scan = await place(query, id);
  if (!scan) return;
  const { registry, repository, digest } = scan;
  await query('update tare.pushes set reason = $2, told = true where scan = $1 and registry = $3 and repository = $4', [
    id,
    storableReason(reason),
    registry,
    repository,
  ]);
  await query('delete from tare.tags where registry = $1 and repository = $2 and digest = $3', [
    ...[registry, repository, digest],
  ]);
  if (await sendElsewhere(query, queue, id)) return;
  // Whoever asks for a digest where it is not takes nothing from where it is.
  if (!(await restoreScan(query, id))) await query('delete from tare.scans where id = $1', [id]);
}

/** Whose grading it is, where that is not `judge`, and for how long it has waited, s. */
export async function otherJudge(
  query: Query,
  id: string,
  judge: string,
): Promise<{ judge: string; seconds: number } | undefined> {
  const [found] = await query<{ judge: string; seconds: string }>(
    `select judge, extract(epoch from now() - queued_at) as seconds from tare.scans
     where id = $1 and judge <> $2 and state in ('queued', 'running')`,
    [id, judge],
  );
  return found && { judge: found.judge, seconds: Number(found.seconds) };
}

/** Why it still waits. */
export async function noteWaiting(query: Query, id: string, reason: string): Promise<void> {
  await query(`update tare.scans set reason = $2 where id = $1 and state = 'queued'`, [id, storableReason(reason)]);
}

/** Nobody judges as it was asked for any more: what waits for it waits for `judge` from now on. */
export async function adoptScan(
  query: Query,
  queue: Queue,
  id: string,
  judge: string,
  outlets: Outlets,
): Promise<void> {
  const scan = await place(query, id);
  if (!scan) return;
  const { registry, repository, digest, tag, fresh } = scan;
  const its = await wanted(query, { ...{ registry, repository, digest, judge, fresh }, tag: tag ?? undefined });
  const moved = await query<{ id: string }>(
    'update tare.pushes set scan = $2 where scan = $1 and not told returning id',
    [id, its.id],
  );
  if (its.queued) await queue.send('scan', { scan: its.id }, query, ahead);
  else if (its.state === 'done')
    await tell(
      query,
      queue,
      moved.map((push) => push.id),
      outlets,
    );
  // One that was graded before and only waited to be graded afresh keeps what came of it.
  await query('delete from tare.scans where id = $1 and verdict is null', [id]);
  await restoreScan(query, id);
}

async function sendElsewhere(query: Query, queue: Queue, id: string): Promise<boolean> {
  const [next] = await query(
    `update tare.scans s set state = 'queued', attempts = 0, reason = null, registry = p.registry,
       repository = p.repository, tag = p.tag
     from (select registry, repository, tag from tare.pushes where scan = $1 and not told and reason is null
           order by id limit 1) p
     where s.id = $1 and (s.registry, s.repository) <> (p.registry, p.repository) returning s.id`,
    [id],
  );
  if (next) await queue.send('scan', { scan: id }, query, ahead);
  return next !== undefined;
}

async function place(query: Query, id: string) {
  const [scan] = await query<{
    registry: string;
    repository: string;
    digest: Digest;
    tag: string | null;
    fresh: boolean;
  }>('select registry, repository, digest, tag, fresh from tare.scans where id = $1 for update', [id]);
  return scan;
}
