/** Which images are to be graded anew when the rules have changed. */
import type { Digest } from '../../types.ts';
import type { Database } from './store/database.ts';
import type { PushEvent } from './types.ts';

const batch = 200;

/** Every digest that was ever graded, with a name of it, unless these rules have graded it; with `fresh`, those too. */
export async function* lookUpStale(
  database: Database,
  judge: string,
  fresh: boolean,
): AsyncGenerator<(PushEvent & { digest: Digest })[], void, undefined> {
  for (let after = ''; ; ) {
    const rows = await database.query<{ registry: string; repository: string; tag: string | null; digest: Digest }>(
      `select distinct on (digest) digest, registry, repository, tag from tare.scans s
       where digest > $1 and ($3 or not exists (
         select 1 from tare.scans o where o.digest = s.digest and o.judge = $2 and o.state <> 'failed'))
       order by digest, id desc limit $4`,
      [after, judge, fresh, batch],
    );
    if (rows.length === 0) return;
    after = rows[rows.length - 1]!.digest;
    yield rows.map(({ registry, repository, tag, digest }) => ({
      ...{ registry, repository, digest, source: 'rescan' },
      ...(tag !== null && { tag }),
    }));
  }
}
