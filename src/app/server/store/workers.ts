/** Which workers are alive: those that are not lose what they hold. */
import type { Query } from './database.ts';

/** Says that a worker is there; again and again. */
export async function seen(query: Query, worker: { id: string; host: string; pid: number }): Promise<void> {
  await query(
    `insert into tare.workers (id, host, pid) values ($1, $2, $3) on conflict (id) do update set seen_at = now()`,
    [worker.id, worker.host, worker.pid],
  );
}

export async function gone(query: Query, id: string): Promise<void> {
  await query('delete from tare.workers where id = $1', [id]);
}

export async function workers(
  query: Query,
): Promise<{ id: string; host: string; pid: number; startedAt: Date; seenAt: Date; holds: number }[]> {
  const rows = await query<{
    id: string;
    host: string;
    pid: number;
    started_at: Date;
    seen_at: Date;
    holds: string;
  }>(
    `select w.*, (select count(*) from tare.held h where h.worker = w.id) as holds from tare.workers w order by started_at`,
  );
  return rows.map(({ id, host, pid, started_at, seen_at, holds }) => ({
    ...{ id, host, pid, holds: Number(holds) },
    ...{ startedAt: started_at, seenAt: seen_at },
  }));
}
