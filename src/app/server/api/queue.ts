/** What waits, what was given up, and what makes more of it. */
import { z } from 'zod';
import { cursorFrom, repositoryFrom } from '../names.ts';
import type { ServerParts } from '../parts.ts';
import { Problem } from '../problem.ts';
import { retryDead } from '../store/dead-letters.ts';
import { decisions } from '../store/decisions.ts';
import { workers } from '../store/workers.ts';
import type { Api } from './app.ts';
import { paged } from './paging.ts';
import * as s from './schemas.ts';

const deadShown = 100;

export async function queueRoutes(app: Api, parts: ServerParts): Promise<void> {
  const { database, queue } = parts;
  app.get('/queue', {
    config: { access: 'read' },
    schema: { summary: 'Jobs, dead letters and workers', response: { 200: s.queue, ...s.errors } },
    handler: async () => ({
      depth: await queue.depth(),
      dead: (await queue.dead(deadShown)).map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })),
      workers: (await workers(database.query)).map(({ startedAt, seenAt, ...rest }) => ({
        ...rest,
        startedAt: startedAt.toISOString(),
        seenAt: seenAt.toISOString(),
      })),
    }),
  });

  app.post('/queue/dead/:id/retry', {
    config: { access: 'scan' },
    schema: {
      summary: 'Try a dead letter again',
      params: z.object({ id: z.uuid() }),
      response: { 202: z.object({ id: z.string() }), ...s.errors },
    },
    handler: async ({ params: { id } }, reply) => {
      if (!(await retryDead(database, queue, id))) throw new Problem(404, `There is no dead letter ${id}`);
      return reply.code(202).send({ id });
    },
  });

  app.get('/decisions', {
    config: { access: 'read' },
    schema: {
      summary: 'What the gate did, latest first',
      querystring: z.object({
        repository: s.text(512).optional().describe('registry/name'),
        outcome: s.outcome.optional(),
        limit: s.limit,
        cursor: s.cursor,
      }),
      response: { 200: s.pageOf(s.decision), ...s.errors },
    },
    handler: async (request, reply) => {
      const { limit, cursor, repository, outcome } = request.query;
      const [before] = cursorFrom(cursor, 1, [0]) ?? [];
      const of = repository === undefined ? undefined : repositoryFrom(repository);
      const found = await decisions(database.query, {
        limit: limit + 1,
        ...(before !== undefined && { before }),
        ...(of && { repository: `${of.registry}/${of.repository}` }),
        ...(outcome && { outcome }),
      });
      const { items, next } = paged(request, reply, found, limit, ({ id }) => [id]);
      return {
        items: items.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })),
        ...(next !== undefined && { next }),
      };
    },
  });

  app.post('/sweeps', {
    config: { access: 'scan' },
    schema: {
      summary: 'Grade what is in a registry',
      body: s.sweepRequest,
      response: { 202: z.object({ registry: z.string() }), ...s.errors },
    },
    handler: async ({ body }, reply) => {
      await parts.sweep(body);
      return reply.code(202).send({ registry: body.registry });
    },
  });

  app.post('/rescans', {
    config: { access: 'scan' },
    schema: {
      summary: 'Grade every tagged digest by the rules in force',
      body: s.rescanRequest,
      response: { 202: z.object({ waiting: z.number() }), ...s.errors },
    },
    handler: async ({ body }, reply) => reply.code(202).send({ waiting: await parts.rescan(body) }),
  });
}
