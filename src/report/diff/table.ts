/** The comparison for a person: the score first, then findings, packages and size. */
import type { DiffFigure, DiffFinding, ImageDiff } from '../../types/diff.ts';
import { bytes, count, points, prose } from '../format.ts';
import { blank, gradeStyle, heading, pad, paint, severityStyle } from '../table/paint.ts';
import { cut, hang, type Line, type Style, span } from '../text.ts';

const narrowest = 40;
const widest = 140;
/** Of a long list of packages, unless all of it is asked for. */
const packagesShown = 15;

/** At most `width` columns wide (40 to 140). */
export function renderDiffTable(diff: ImageDiff, options: { colour: boolean; width: number; all?: boolean }): string {
  const width = Math.min(widest, Math.max(narrowest, Math.floor(options.width) || 80));
  const all = options.all ?? false;
  const sections = [
    headLines(diff, width),
    categoryLines(diff, width),
    findingLines('New findings', '+', 'red', diff.findings.added, width, all),
    findingLines('Findings that are gone', '-', 'green', diff.findings.gone, width, all),
    packageLines(diff, width, all),
    noteLines(diff, width),
  ];
  const lines = sections.filter((section) => section.length > 0).flatMap((section) => [blank, ...section]);
  return paint([...lines, blank], options.colour);
}

function headLines(diff: ImageDiff, width: number): Line[] {
  const side = (label: string, { grade, score, name }: ImageDiff['old']): Line => [
    pad(2),
    span(label.padEnd(5), 'dim'),
    span(grade, gradeStyle[grade]),
    span(points(score).padStart(7), 'bold'),
    pad(2),
    span(cut(name, width - 17)),
  ];
  const verdict = diff.worse ? span(' WORSE ', 'redInverse') : span(' NOT WORSE ', 'greenInverse');
  const { stored, unpacked } = diff.size;
  const sizes = `${signed(unpacked, bytes)} unpacked, ${signed(stored, bytes)} stored`;
  const said = [`${signed(diff.score, points)} points, ${sizes}.`, ...diff.reasons].join(' ');
  return [side('old', diff.old), side('new', diff.new), blank, ...hang([verdict], [span(` ${said}`)], 12, width)];
}

function categoryLines({ categories }: ImageDiff, width: number): Line[] {
  const moved = categories.filter(({ change }) => change !== 0);
  const name = Math.max(0, ...moved.map(({ category }) => category.length));
  return moved.map((figure) => [
    pad(2),
    span(figure.category.padEnd(name + 2)),
    ...(width < 50 ? [] : [span(`${points(figure.old).padStart(5)} → ${points(figure.new).padStart(4)}`)]),
    span(signed(figure, points).padStart(8), figure.change < 0 ? 'red' : 'green'),
  ]);
}

function findingLines(
  title: string,
  sign: string,
  style: Style,
  findings: readonly DiffFinding[],
  width: number,
  all: boolean,
): Line[] {
  const shown = all ? findings : findings.filter(({ confidence }) => confidence !== 'low');
  const hidden = findings.length - shown.length;
  if (findings.length === 0) return [];
  const aside = hidden > 0 ? `${hidden} of low confidence not shown: --all shows them` : '';
  return [
    ...heading(`${title} (${shown.length})`, aside, width),
    ...shown.flatMap(({ severity, rule, message, suppressed }) =>
      hang(
        [pad(2), span(`${sign} `, style), span(severity.toUpperCase().padEnd(9), severityStyle[severity])],
        [span(rule, 'bold'), span(` ${prose(message)}${suppressed ? ' (let be by a ruleset)' : ''}`)],
        13,
        width,
      ),
    ),
  ];
}

function packageLines({ packages }: ImageDiff, width: number, all: boolean): Line[] {
  const { added, removed, changed, kept } = packages;
  const older = changed.filter(({ direction }) => direction === 'older').length;
  const rows: [sign: string, style: Style, text: string][] = [
    // What went back to an older version is what a reader must not miss.
    ...changed
      .toSorted((a, b) => Number(b.direction === 'older') - Number(a.direction === 'older'))
      .map(({ name, type, old, new: now, direction }): [string, Style, string] => [
        direction === 'older' ? '↓' : '↑',
        direction === 'older' ? 'red' : 'green',
        `${type} ${name} ${old} → ${now}${direction === 'older' ? ' (older)' : ''}`,
      ]),
    ...added.map(({ name, type, version }): [string, Style, string] => ['+', 'yellow', `${type} ${name} ${version}`]),
    ...removed.map(({ name, type, version }): [string, Style, string] => ['-', 'green', `${type} ${name} ${version}`]),
  ];
  if (rows.length === 0) return [];
  const shown = all ? rows : rows.slice(0, packagesShown);
  const aside = `${added.length} added, ${removed.length} removed, ${changed.length} changed${older > 0 ? ` (${older} to an older version)` : ''}, ${kept} as before`;
  const lines = [
    ...heading('Packages', aside, width),
    ...shown.map(([sign, style, text]): Line => [pad(2), span(`${sign} `, style), span(cut(text, width - 4))]),
  ];
  if (shown.length < rows.length)
    lines.push([pad(4), span(`${count(rows.length - shown.length, 'more line')}: --all shows them`, 'dim')]);
  return lines;
}

function noteLines({ notes }: ImageDiff, width: number): Line[] {
  return notes.flatMap((note) => hang([pad(2), span('note', 'yellow')], [span(prose(note))], 8, width));
}

function signed({ change }: DiffFigure, write: (value: number) => string): string {
  return `${change < 0 ? '−' : '+'}${write(Math.abs(change))}`;
}
