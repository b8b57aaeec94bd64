/** The pages: made here whole, without scripts, from what the API answers from. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Child, h, shown } from '../../../report/html/markup.ts';
import type { Api } from '../api/app.ts';
import { onePage } from '../api/paging.ts';
import { grades, outcome as outcomeName } from '../api/schemas.ts';
import { sessionCookie } from '../auth.ts';
import type { Failures } from '../failures.ts';
import { cursorFrom, digestFrom, repositoryFrom } from '../names.ts';
import type { ServerParts } from '../parts.ts';
import { Problem, problemOf } from '../problem.ts';
import { reportsOfDigest, written } from '../reports.ts';
import { decisions } from '../store/decisions.ts';
import { isKnown, listRepositories } from '../store/repositories.ts';
import { workers } from '../store/workers.ts';
import {
  choice,
  digestLink,
  gradeMark,
  htmlType,
  nextLink,
  page,
  passMark,
  repositoryLink,
  stylePath,
  table,
  textField,
  timeMark,
} from './layout.ts';
import { repositoryPage } from './repository.ts';
import { sessionRoutes } from './session.ts';
import { siteStyle } from './style.ts';

const rowsShown = 100;
const deadShown = 50;

const text = z
  .string()
  .max(2000)
  .regex(/^[^\0]*$/)
  .optional();
const listQuery = z.object({
  search: text,
  grade: z.enum(['', ...grades]).optional(),
  gate: z.enum(['', 'passed', 'failed']).optional(),
  cursor: text,
});
const decisionQuery = z.object({ repository: text, outcome: text, cursor: text });

export async function webRoutes(app: Api, parts: ServerParts, failures: Failures): Promise<void> {
  const { database, queue, judge } = parts;
  const { query } = database;
  const config = { access: 'read', page: true } as const;
  const send = (request: FastifyRequest, reply: FastifyReply, title: string, at: string, body: Child, status = 200) =>
    reply
      .code(status)
      .type(htmlType)
      .send(page({ title, at, signedIn: request.cookies[sessionCookie] !== undefined, body }));

  app.setErrorHandler((error, request, reply) => {
    const problem = (error as { validation?: unknown }).validation
      ? new Problem(400, 'The address is not understood')
      : problemOf(error);
    if (problem.status >= 500) parts.log.error({ error: String((error as Error).stack ?? error) }, 'a page failed');
    const what =
      problem.status === 404 ? 'Not found' : problem.status < 500 ? 'That did not work' : 'The server failed';
    reply.headers(problem.headers);
    return send(request, reply, what, '', h('p', {}, shown(problem.message, 600)), problem.status);
  });

  await sessionRoutes(app, parts, failures);
  app.get(stylePath, { config: { access: 'open' } }, async (_, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(siteStyle),
  );

  app.get('/', { config, schema: { querystring: listQuery } }, async (request, reply) => {
    const { search, grade, gate, cursor } = request.query;
    const [registry, repository] = cursorFrom(cursor, 2) ?? [];
    const found = await listRepositories(query, {
      ...{ judge, search, limit: rowsShown + 1, grade: grade || undefined },
      failing: gate ? gate === 'failed' : undefined,
      after: registry !== undefined && repository !== undefined ? { registry, repository } : undefined,
    });
    const { items: rows, next } = onePage(found, rowsShown, (last) => [last.registry, last.repository]);
    return send(request, reply, 'Repositories', '/', [
      h(
        'form',
        { class: 'filters', role: 'search', 'aria-label': 'Repositories' },
        textField('search', 'Name contains', search),
        choice('grade', 'Worst grade', grades, grade),
        choice(
          'gate',
          'Tags at the gate',
          [
            ['passed', 'all passed'],
            ['failed', 'some failed'],
          ],
          gate,
        ),
        h('button', {}, 'Filter'),
      ),
      table(
        'Repositories',
        [
          'Repository',
          'Worst grade',
          ['Score', 'figure'],
          ['Tags', 'figure'],
          ['Failing', 'figure'],
          'Latest',
          'Last push (UTC)',
        ],
        rows.map((row) => [
          repositoryLink(row),
          gradeMark(row.worst?.grade),
          row.worst?.score.toFixed(1) ?? '',
          row.tags,
          row.failing,
          row.latest ? [digestLink(row.latest.digest), ' ', passMark(row.latest.passed)] : '',
          timeMark(row.pushedAt),
        ]),
        search || grade || gate ? 'No repository is like that.' : 'Nothing was pushed yet.',
      ),
      nextLink('/', { search, grade, gate }, next),
    ]);
  });

  app.get(
    '/repositories/*',
    { config, schema: { params: z.object({ '*': z.string().max(512) }), querystring: z.object({ cursor: text }) } },
    async (request, reply) => {
      const repository = repositoryFrom(request.params['*']);
      if (!(await isKnown(query, repository))) throw new Problem(404, 'Nothing of that name was pushed yet');
      const title = `${repository.registry}/${repository.repository}`;
      return send(request, reply, title, '/', await repositoryPage(parts, repository, request.query.cursor));
    },
  );

  app.get(
    '/images/:digest',
    { config, schema: { params: z.object({ digest: z.string().max(200) }) } },
    async (request, reply) => {
      const reports = await reportsOfDigest(query, digestFrom(request.params.digest), judge);
      const { type, body, policy } = await written(reports, 'html');
      return reply.type(type).header('content-security-policy', policy).send(body);
    },
  );

  app.get('/queue', { config }, async (request, reply) => {
    const [depth, dead, alive] = [await queue.depth(), await queue.dead(deadShown), await workers(query)];
    return send(request, reply, 'Queue', '/queue', [
      table(
        'Jobs',
        ['Queue', ['Waiting', 'figure'], ['Running', 'figure']],
        Object.entries(depth).map(([name, { waiting, running }]) => [
          name === 'dead' ? 'given up' : name,
          waiting,
          running,
        ]),
        '',
      ),
      h('h2', {}, 'Workers'),
      table(
        'Workers',
        ['Host', ['Process', 'figure'], ['Jobs', 'figure'], 'Since (UTC)', 'Seen (UTC)'],
        alive.map(({ host, pid, holds, startedAt, seenAt }) => [
          ...[shown(host, 253), pid, holds],
          ...[timeMark(startedAt.toISOString()), timeMark(seenAt.toISOString())],
        ]),
        'No worker is there.',
      ),
      h('h2', {}, 'Given up'),
      table(
        'Jobs that were given up',
        ['Job', 'At (UTC)', 'Reason'],
        dead.map(({ data, at, reason }) => [
          h('code', {}, shown(JSON.stringify(data), 300)),
          timeMark(at.toISOString()),
          shown(reason, 600),
        ]),
        'Nothing was given up.',
      ),
    ]);
  });

  app.get('/decisions', { config, schema: { querystring: decisionQuery } }, async (request, reply) => {
    const { repository, outcome, cursor } = request.query;
    const [before] = cursorFrom(cursor, 1, [0]) ?? [];
    const found = await decisions(query, {
      limit: rowsShown + 1,
      ...(before !== undefined && { before }),
      ...(repository && { repository }),
      ...(outcome && { outcome }),
    });
    const { items: rows, next } = onePage(found, rowsShown, ({ id }) => [id]);
    return send(request, reply, 'Decisions of the gate', '/decisions', [
      h(
        'form',
        { class: 'filters', role: 'search', 'aria-label': 'Decisions' },
        textField('repository', 'Repository (registry/name)', repository),
        choice('outcome', 'Outcome', outcomeName.options, outcome),
        h('button', {}, 'Filter'),
      ),
      table(
        'Decisions',
        ['Repository', 'At (UTC)', 'Action', 'Outcome', 'Image', 'Grade', 'Reason'],
        rows.map((row) => [
          repositoryLink(row),
          timeMark(row.at.toISOString()),
          row.action,
          shown(row.outcome, 20),
          [row.tag === undefined ? '' : `${shown(row.tag, 128)} `, digestLink(row.digest)],
          gradeMark(row.grade),
          shown(row.reason, 600),
        ]),
        'There is no decision like that.',
      ),
      nextLink('/decisions', { repository, outcome }, next),
    ]);
  });
}
