/** The top of the report: grade and score, what was graded, and a bar for each category. */
import type { ImageReport } from '../../types/report.ts';
import { bytes, count, platformName, points } from '../format.ts';
import { glue, hang, type Line, span } from '../text.ts';
import { bigFigure, bigLetter } from './banner.ts';
import { blank, gradeStyle, pad } from './paint.ts';

/** Columns of the letter with what is left and right of it. */
const indent = 13;

export function bannerLines(report: ImageReport, width: number): Line[] {
  const { value, grade, ceiling } = report.score;
  const style = gradeStyle[grade];
  const figure = bigFigure(points(value));
  const unknown = report.findings.filter((finding) => finding.outcome === 'unknown').length;
  const upTo =
    ceiling > value ? `; ${points(ceiling)} if ${count(unknown, 'unknown')} ${unknown === 1 ? 'passes' : 'pass'}` : '';
  const text: Line[] = [
    ...figure.map((row): Line => [span(row, style)]),
    ...hang([], [span(`Grade ${grade}`, 'bold'), span(`, ${points(value)} of 100${upTo}`)], 0, width - indent),
    ...hang([], [span(report.target.name, 'bold')], 0, width - indent),
    ...hang([], [span(aboutTarget(report))], 0, width - indent),
  ];
  const letter = bigLetter(grade);
  const rows = Math.max(letter.length, text.length);
  return Array.from({ length: rows }, (_, i) => [
    pad(2),
    span((letter[i] ?? '').padEnd(indent - 2), style),
    ...(text[i] ?? []),
  ]);
}

function aboutTarget({ target, distro, packages }: ImageReport): string {
  const parts: string[] = [];
  if (target.platform) parts.push(platformName(target.platform));
  if (distro)
    parts.push(distro.id === 'scratch' ? 'no operating system' : distro.prettyName || distro.name || distro.id);
  if (target.kind !== 'dockerfile') {
    parts.push(
      `${bytes(target.layers.reduce((sum, layer) => sum + layer.size, 0))} in ${count(target.layers.length, 'layer')}`,
    );
    parts.push(count(packages.length, 'package'));
  }
  return parts.map(glue).join(' · ');
}

/** A bar for each category, as long as its points; then the cap, where there is one. */
export function categoryLines({ score }: ImageReport, width: number): Line[] {
  const name = Math.max(...score.categories.map(({ category }) => category.length));
  const most = Math.max(...score.categories.map((category) => category.points));
  const lead = 2 + name + 2 + '25.0 of 25'.length + 2;
  const perPoint = Math.min(2, Math.max(0, (width - lead) / most));
  const lines: Line[] = score.categories.map(({ category, points: whole, left }) => {
    const length = perPoint < 0.8 ? 0 : Math.round(whole * perPoint);
    return [
      pad(2),
      span(category.padEnd(name + 2)),
      span(points(Math.floor(left * 10) / 10).padStart(4), 'bold'),
      span(` of ${whole}`, 'dim'),
      pad(2),
      ...(length === 0 ? [] : bar(left / whole, length)),
    ];
  });
  const cap = score.ledger.find((line) => line.kind === 'cap');
  if (cap) {
    const capped = points(score.value);
    lines.push(
      blank,
      ...hang(
        [pad(2), span('capped', 'red')],
        [
          span(
            `${points(cap.points)} points more are lost: with ${cap.rules.join(', ')} the score is at most ${capped}.`,
          ),
        ],
        2 + name + 2 > width / 2 ? 10 : 2 + name + 2,
        width,
      ),
    );
  }
  return lines;
}

/** Never full where something is lost, never empty where something is left. */
function bar(share: number, length: number): Line {
  let filled = Math.round(share * length);
  if (share < 1) filled = Math.min(filled, length - 1);
  if (share > 0) filled = Math.max(filled, 1);
  const style = share >= 0.9 ? 'green' : share >= 0.5 ? 'yellow' : 'red';
  return [span('█'.repeat(filled), style), span('░'.repeat(length - filled), 'dim')];
}

/** What another base would bring; always said to be an estimate. */
export function whatIfLines({ whatIf }: ImageReport, width: number): Line[] {
  if (!whatIf) return [];
  const { score, grade, size, base, image, serves, same } = whatIf;
  const name = image === base ? base : `${base} (${image})`;
  const gain = same
    ? 'nothing would change: the base of this image is no larger'
    : `about ${points(score.after)} (${grade.after}) instead of ${points(score.before)} (${grade.before}), and ${bytes(size.after)} instead of ${bytes(size.before)}`;
  const doubt =
    serves === 'no'
      ? '; it does not serve this workload as it is'
      : serves === 'unknown'
        ? '; whether it serves this workload is not known'
        : '';
  return hang(
    [pad(2), span('What if', 'bold'), pad(2)],
    [span(`on ${name}, as an estimate: ${gain}${doubt}`)],
    11,
    width,
  );
}
