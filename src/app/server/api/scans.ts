/** Asking for gradings, and what became of them. */
import { z } from 'zod';
import { parseReference } from '../../../image/reference.ts';
import { cursorFrom, digestFrom, repositoryFrom } from '../names.ts';
import type { ServerParts } from '../parts.ts';
import { Problem } from '../problem.ts';
import { listScans, scanOf } from '../store/scan-list.ts';
import type { PushEvent } from '../types.ts';
import type { Api } from './app.ts';
import { paged } from './paging.ts';
import * as s from './schemas.ts';

export async function scanRoutes(app: Api, { accept, database }: ServerParts): Promise<void> {
  app.post('/scans', {
    config: { access: 'scan' },
    schema: {
      summary: 'Grade an image',
      description: 'Stored before it is answered. A tag is looked up first; the grading then has an id.',
      body: s.scanRequest,
      response: { 202: s.accepted, ...s.errors },
    },
    handler: async ({ body }, reply) => {
      const [push] = await accept([eventOf(body)], body.fresh === undefined ? {} : { fresh: body.fresh });
      if (push!.scan !== undefined) reply.header('location', `/api/v1/scans/${push!.scan}`);
      return reply.code(202).send(push!);
    },
  });

  app.get('/scans', {
    config: { access: 'read' },
    schema: {
      summary: 'Gradings, latest first',
      querystring: z.object({
        state: z.enum(['queued', 'running', 'done', 'failed']).optional(),
        repository: s.text(512).optional().describe('registry/name'),
        grade: s.grade.optional(),
        passed: s.flag,
        limit: s.limit,
        cursor: s.cursor,
      }),
      response: { 200: s.pageOf(s.scan), ...s.errors },
    },
    handler: async (request, reply) => {
      const { limit, cursor, repository, ...filters } = request.query;
      const of = repository === undefined ? undefined : repositoryFrom(repository);
      const [before] = cursorFrom(cursor, 1, [0]) ?? [];
      const found = await listScans(database.query, { ...filters, of, before, limit: limit + 1 });
      return paged(request, reply, found, limit, ({ id }) => [id]);
    },
  });

  app.get('/scans/:id', {
    config: { access: 'read' },
    schema: {
      summary: 'One grading',
      params: z.object({ id: s.id }),
      response: { 200: s.scanDetail, ...s.errors },
    },
    handler: async ({ params: { id } }) => {
      const found = await scanOf(database.query, id);
      if (!found) throw new Problem(404, `There is no grading ${id}`);
      return found;
    },
  });
}

/** @throws UsageError, Problem */
function eventOf(body: z.infer<typeof s.scanRequest>): PushEvent {
  if ('registry' in body && body.digest !== undefined) digestFrom(body.digest);
  // Read as a reference either way: one place says what a name may be.
  const { registry, repository, tag, digest } = parseReference('image' in body ? body.image : written(body));
  if (digest === undefined) return { registry, repository, tag: tag ?? 'latest', source: 'api' };
  return { registry, repository, digest, source: 'api', ...(tag !== undefined && { tag }) };
}

function written({
  registry,
  repository,
  tag,
  digest,
}: Extract<z.infer<typeof s.scanRequest>, { registry: string }>): string {
  if (tag === undefined && digest === undefined) throw new Problem(400, 'A tag or a digest is needed');
  // A bare name would be read as part of a repository of Docker Hub.
  if (!/[.:]/.test(registry) && registry !== 'localhost')
    throw new Problem(400, 'A registry is a host name with a dot or a port in it');
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
