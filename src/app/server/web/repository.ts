/** The page of one repository. */
import { type Child, h, shown } from '../../../report/html/markup.ts';
import { onePage } from '../api/paging.ts';
import { cursorFrom } from '../names.ts';
import type { ServerParts } from '../parts.ts';
import { listTags, pushesOf, trendOf } from '../store/repositories.ts';
import type { Repository } from '../types.ts';
import { digestLink, gradeMark, nextLink, passMark, repositoryPath, table, timeMark } from './layout.ts';
import { trendChart } from './trend.ts';

const tagsShown = 100;
const pushesShown = 30;
const pointsShown = 100;

export async function repositoryPage(
  { database: { query }, judge }: ServerParts,
  repository: Repository,
  cursor: string | undefined,
): Promise<Child> {
  const after = cursorFrom(cursor, 2, [0]) as [string, string] | undefined;
  const found = await listTags(query, repository, { judge, limit: tagsShown + 1, after });
  const { items: tags, next } = onePage(found, tagsShown, (last) => last.cursor);
  return [
    h(
      'section',
      {},
      h('h2', {}, 'Tags'),
      table(
        'Tags, the one moved last first',
        ['Tag', 'Grade', ['Score', 'figure'], 'Gate', 'Image', 'Moved (UTC)'],
        tags.map(({ tag, grade, score, passed, digest, updatedAt }) => [
          ...[shown(tag, 128), gradeMark(grade), score?.toFixed(1) ?? '', passMark(passed)],
          ...[digestLink(digest), timeMark(updatedAt)],
        ]),
        'It has no tag that is known.',
      ),
      nextLink(repositoryPath(repository), {}, next),
    ),
    h('section', {}, h('h2', {}, 'Trend'), trendChart(await trendOf(query, repository, { limit: pointsShown }))),
    h(
      'section',
      {},
      h('h2', {}, 'Pushes'),
      table(
        `The last ${pushesShown} pushes`,
        ['At (UTC)', 'Tag', 'Image', 'Told by', 'State', 'Grade', 'Reason'],
        (await pushesOf(query, repository, pushesShown)).map(({ at, tag, digest, source, state, grade, reason }) => [
          ...[timeMark(at), tag === undefined ? '' : shown(tag, 128), digest === undefined ? '' : digestLink(digest)],
          ...[shown(source, 40), state ?? '', grade === undefined ? '' : gradeMark(grade), shown(reason ?? '', 600)],
        ]),
        'Nothing was pushed yet.',
      ),
    ),
  ];
}
