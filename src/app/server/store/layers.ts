/** Analysed layers that every worker shares: a base that one has read, the others need not pull. */
import type { Query } from './database.ts';

/** A layer's body (gzip), by the key that its reader made of diffID and collectors; undefined where there is none. */
export async function layerOf(query: Query, key: string): Promise<Buffer | undefined> {
  const [row] = await query<{ body: Buffer }>(
    // Its time of use decides what goes first; an hour more or less does not matter, a write at each read would.
    `with used as (update tare.layers set used_at = now() where key = $1 and used_at < now() - interval '1 hour')
     select body from tare.layers where key = $1`,
    [key],
  );
  return row?.body;
}

/** Stores it where it is not there yet. */
export async function storeLayer(query: Query, key: string, body: Uint8Array): Promise<void> {
  await query('insert into tare.layers (key, bytes, body) values ($1, $2, $3) on conflict (key) do nothing', [
    ...[key, body.byteLength],
    body,
  ]);
}

/** Drops those unused for longest until all fit in `maxBytes`. Returns how many went. */
export async function pruneLayers(query: Query, maxBytes: number): Promise<number> {
  const gone = await query(
    `delete from tare.layers where key in (
       select key from (select key, sum(bytes) over (order by used_at desc, key) as total from tare.layers) aged
       where total > $1) returning key`,
    [maxBytes],
  );
  return gone.length;
}
