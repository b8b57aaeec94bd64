/** What collectors saw of an image but for its layers: enough to grade it anew without its registry. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Digest } from '../../../types.ts';
import type { Query } from './database.ts';

/** Replaces what is stored of the digest that was pushed; one for each platform. */
export async function storeImages(query: Query, digest: Digest, images: readonly string[]): Promise<void> {
  await query('delete from tare.stored_images where digest = $1', [digest]);
  for (const [position, image] of images.entries())
    await query(
      `insert into tare.stored_images (digest, position, body) values ($1, $2, $3)
       on conflict (digest, position) do update set body = excluded.body, stored_at = now()`,
      [digest, position, gzipSync(image)],
    );
}

/** Empty where nothing is stored. */
export async function storedImages(query: Query, digest: Digest): Promise<string[]> {
  const rows = await query<{ body: Buffer }>(
    'select body from tare.stored_images where digest = $1 order by position',
    [digest],
  );
  return rows.map(({ body }) => gunzipSync(body).toString('utf8'));
}
