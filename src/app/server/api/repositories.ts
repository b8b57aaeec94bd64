/** Repositories, their tags, and how their scores went. */
import { z } from 'zod';
import { cursorFrom, repositoryFrom } from '../names.ts';
import type { ServerParts } from '../parts.ts';
import { Problem } from '../problem.ts';
import { isKnown, listRepositories, listTags, trendOf } from '../store/repositories.ts';
import type { Repository } from '../types.ts';
import type { Api } from './app.ts';
import { paged } from './paging.ts';
import * as s from './schemas.ts';

const params = z.object({ name: s.text(512).describe('registry/name, with / written as %2F or as it is.') });
const tagQuery = z.object({ limit: s.limit, cursor: s.cursor });
const trendQuery = z.object({
  tag: s.text(128).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200).describe('The latest so many pushes.'),
});
const trend = z.object({ items: z.array(s.trendPoint) });
const tags = s.pageOf(s.tag);

export async function repositoryRoutes(app: Api, { database: { query }, judge }: ServerParts): Promise<void> {
  async function named(name: string): Promise<Repository> {
    const repository = repositoryFrom(name);
    if (await isKnown(query, repository)) return repository;
    throw new Problem(404, `Nothing of ${repository.registry}/${repository.repository} was pushed yet`);
  }

  app.get('/repositories', {
    config: { access: 'read' },
    schema: {
      summary: 'Repositories by name',
      querystring: z.object({
        search: s.text(256).optional().describe('Part of the name.'),
        grade: s.grade.optional().describe('Worst grade of its tags.'),
        failing: s.flag.describe('Whether a tag fails the gate.'),
        limit: s.limit,
        cursor: s.cursor,
      }),
      response: { 200: s.pageOf(s.repository), ...s.errors },
    },
    handler: async (request, reply) => {
      const { limit, cursor, ...filters } = request.query;
      const [registry, repository] = cursorFrom(cursor, 2) ?? [];
      const after = registry !== undefined && repository !== undefined ? { registry, repository } : undefined;
      const found = await listRepositories(query, { ...filters, judge, after, limit: limit + 1 });
      return paged(request, reply, found, limit, (last) => [last.registry, last.repository]);
    },
  });

  const listOfTags = async (name: string, { limit, cursor }: z.infer<typeof tagQuery>) => {
    const after = cursorFrom(cursor, 2, [0]) as [string, string] | undefined;
    return { found: await listTags(query, await named(name), { judge, limit: limit + 1, after }), limit };
  };
  app.get('/repositories/:name/tags', {
    config: { access: 'read' },
    schema: {
      summary: 'Tags of a repository, the one moved last first',
      params,
      querystring: tagQuery,
      response: { 200: tags, ...s.errors },
    },
    handler: async (request, reply) => {
      const { found, limit } = await listOfTags(request.params.name, request.query);
      return paged(request, reply, found, limit, (last) => last.cursor);
    },
  });
  app.get('/repositories/:name/trend', {
    config: { access: 'read' },
    schema: {
      summary: 'Scores of graded pushes, oldest first',
      params,
      querystring: trendQuery,
      response: { 200: trend, ...s.errors },
    },
    handler: async (request) => ({ items: await trendOf(query, await named(request.params.name), request.query) }),
  });

  // The same with the name's slashes as they are.
  app.get('/repositories/*', {
    config: { access: 'read' },
    schema: { hide: true, params: z.object({ '*': s.text(512) }), querystring: z.record(z.string(), z.unknown()) },
    handler: async (request, reply) => {
      const [, name, what] = /^(.+)\/(tags|trend)$/.exec(request.params['*']) ?? [];
      if (name === undefined) throw new Problem(404, 'There is nothing at this address; it ends in /tags or /trend');
      const asked = (what === 'tags' ? tagQuery : trendQuery).safeParse(request.query);
      if (!asked.success) throw new Problem(400, asked.error.issues[0]?.message ?? 'The query is not understood');
      if (what === 'trend')
        return { items: await trendOf(query, await named(name), asked.data as z.infer<typeof trendQuery>) };
      const { found, limit } = await listOfTags(name, asked.data as z.infer<typeof tagQuery>);
      return tags.parse(paged(request, reply, found, limit, (last) => last.cursor));
    },
  });
}
