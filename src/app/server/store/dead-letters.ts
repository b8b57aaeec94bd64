/** Gives what was given up another chance. */
import type { Queue } from '../queue/queue.ts';
import type { Database, Query } from './database.ts';
import { ahead } from './pushes.ts';

/** Queues a dead letter's job anew, as if nobody had tried. False where there is none of that id. */
export async function retryDead(database: Database, queue: Queue, id: string): Promise<boolean> {
  return database.transaction(async (query) => {
    const [row] = await query<{ data: Record<string, never> }>(
      `delete from tare_queue.job where name = 'dead' and id = $1 returning data`,
      [id],
    );
    if (!row) return false;
    await again(query, queue, row.data);
    return true;
  });
}

async function again(
  query: Query,
  queue: Queue,
  data: { scan?: string; push?: string; outlet?: string; registry?: string },
): Promise<void> {
  if (data.scan !== undefined) {
    const found = await query(
      `update tare.scans set state = 'queued', reason = null, attempts = 0, queued_at = now()
       where id = $1 and state = 'failed' returning id`,
      [data.scan],
    );
    if (found.length > 0) await queue.send('scan', { scan: data.scan }, query, ahead);
  } else if (data.push !== undefined && data.outlet !== undefined) {
    await queue.send('deliver', { push: data.push, outlet: data.outlet }, query);
  } else if (data.push !== undefined) {
    await query('update tare.pushes set reason = null, told = false where id = $1 and digest is null', [data.push]);
    await queue.send('resolve', { push: data.push }, query);
  } else if (data.registry !== undefined) {
    await queue.send('sweep', data as never, query);
  }
}
