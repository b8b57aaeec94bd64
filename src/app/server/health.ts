/** What orchestrators and monitoring ask. */
import type { Api } from './api/app.ts';
import type { ServerParts } from './parts.ts';
import { Problem } from './problem.ts';

/** A database that takes longer is of no use to a request, ms. */
const patience = 3_000;

export async function healthRoutes(app: Api, { database, metrics, log }: ServerParts): Promise<void> {
  const open = { config: { access: 'open', rateLimit: false } } as const;
  app.get('/livez', open, async (_, reply) => reply.type('text/plain; charset=utf-8').send('ok\n'));
  app.get('/readyz', open, async (_, reply) => {
    try {
      await within(patience, database.query('select 1'));
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'not ready: the database does not answer');
      throw new Problem(503, 'The database does not answer', { 'retry-after': '5' });
    }
    return reply.type('text/plain; charset=utf-8').send('ok\n');
  });
  app.get('/metrics', { config: { access: 'read' } }, async (_, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics()),
  );
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
