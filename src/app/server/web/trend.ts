/** How a repository's score went, drawn here: no script, and a table says the same. */
import { h, type Markup, shown } from '../../../report/html/markup.ts';
import type { TrendPoint } from '../store/repositories.ts';

const width = 800;
const height = 220;
const left = 36;
const right = 12;
const top = 12;
const bottom = 28;

/** Points stand at equal distances: pushes come in bursts, and by time they would lie on one another. */
export function trendChart(points: readonly TrendPoint[]): Markup {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return h('p', {}, 'Nothing was graded yet.');
  const x = (i: number) => round(left + (points.length === 1 ? 0.5 : i / (points.length - 1)) * (width - left - right));
  const y = (score: number) => round(top + (1 - Math.min(100, Math.max(0, score)) / 100) * (height - top - bottom));
  const label = `Scores of ${points.length} graded pushes from ${first.at.slice(0, 10)} to ${last.at.slice(0, 10)}: first ${first.score.toFixed(1)}, last ${last.score.toFixed(1)}`;
  const grid = [0, 25, 50, 75, 100].map((score) => [
    h('line', { class: 'grid', x1: left, x2: width - right, y1: y(score), y2: y(score) }),
    h('text', { x: left - 6, y: y(score) + 4, 'text-anchor': 'end' }, score),
  ]);
  const line = points.map(({ score }, i) => `${x(i)},${y(score)}`).join(' ');
  const marks = points.map(({ score, passed, tag, at, grade }, i) =>
    h(
      'g',
      {},
      h('title', {}, shown(`${tag ?? 'by digest'}, ${at.slice(0, 10)}: ${grade}, ${score.toFixed(1)}`, 300)),
      // Told apart by their shape too.
      passed
        ? h('circle', { class: 'passed', cx: x(i), cy: y(score), r: 4 })
        : h('rect', { class: 'failed', x: x(i) - 4, y: y(score) - 4, width: 8, height: 8 }),
    ),
  );
  return h(
    'div',
    { class: 'scroll', role: 'group', 'aria-label': 'Trend chart', tabindex: 0 },
    h(
      'svg',
      { class: 'trend', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
      grid,
      points.length > 1 && h('polyline', { class: 'line', points: line }),
      marks,
      h('text', { x: left, y: height - 8 }, first.at.slice(0, 10)),
      points.length > 1 && h('text', { x: width - right, y: height - 8, 'text-anchor': 'end' }, last.at.slice(0, 10)),
    ),
    h('p', { class: 'soft' }, 'A circle passed the gate, a square failed it.'),
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
