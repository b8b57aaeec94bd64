/** What a person sees: the grade first, then what to change, then what the image is made of. */
import type { ImageReport } from '../types/report.ts';
import type { StatusEntry } from '../types.ts';
import { points, prose } from './format.ts';
import type { FormatOptions } from './formats.ts';
import { explanations } from './table/explain.ts';
import { findingLines } from './table/findings.ts';
import { layerLines } from './table/layers.ts';
import { blank, gradeStyle, heading, pad, paint } from './table/paint.ts';
import { bannerLines, categoryLines, whatIfLines } from './table/score.ts';
import { cut, hang, type Line, span } from './text.ts';

const narrowest = 40;
const widest = 140;

/** One image's report, at most `width` columns wide (40 to 140). */
export function renderTable(report: ImageReport, options: FormatOptions): string {
  return paint(reportLines(report, columns(options), options), options.colour);
}

/** Several one after the other, with a line for each at the end. */
export function renderTables(reports: readonly ImageReport[], options: FormatOptions): string {
  const width = columns(options);
  const lines = reports.flatMap((report, i): Line[] => [
    ...(i === 0 ? [] : [blank, [span('─'.repeat(width), 'dim')]]),
    ...reportLines(report, width, options),
  ]);
  if (reports.length > 1)
    lines.push(blank, [span('─'.repeat(width), 'dim')], blank, ...summaryLines(reports, width), blank);
  return paint(lines, options.colour);
}

function columns({ width }: FormatOptions): number {
  return Math.min(widest, Math.max(narrowest, Math.floor(width) || 80));
}

function reportLines(report: ImageReport, width: number, options: FormatOptions): Line[] {
  const all = options.all ?? false;
  const sections = [
    bannerLines(report, width),
    categoryLines(report, width),
    whatIfLines(report, width),
    findingLines(report, width, all, explanations(options)),
    layerLines(report, width, all),
    statusLines(report.status, width),
    closingLines(report, width),
  ];
  return [...sections.filter((lines) => lines.length > 0).flatMap((lines) => [blank, ...lines]), blank];
}

function statusLines(status: readonly StatusEntry[], width: number): Line[] {
  if (status.length === 0) return [];
  const styles = { error: 'red', warning: 'yellow', info: 'dim' } as const;
  const lines = status.flatMap(({ part, level, message, layer }) => {
    const where = layer === undefined ? part : `${part}, layer ${layer}`;
    return hang([pad(2), span(level, styles[level])], [span(`${where}: ${prose(message)}`)], 11, width);
  });
  return [...heading('Notes on this scan', '', width), blank, ...lines];
}

function closingLines({ gate, ruleset }: ImageReport, width: number): Line[] {
  const verdict = gate.passed ? span(' PASSED ', 'greenInverse') : span(' FAILED ', 'redInverse');
  const judged = `judged by ${ruleset.name} (${ruleset.version}) as of ${ruleset.asOf}`;
  return [...hang([verdict], [span(prose(gate.reason))], 10, width), ...hang([], [span(judged, 'dim')], 10, width)];
}

/** `A   98.2  passed  name` */
function summaryLines(reports: readonly ImageReport[], width: number): Line[] {
  return reports.map(({ score, gate, target }) => [
    pad(2),
    span(score.grade, gradeStyle[score.grade]),
    span(points(score.value).padStart(7), 'bold'),
    pad(2),
    span(gate.passed ? 'passed' : 'failed', gate.passed ? 'green' : 'red'),
    pad(2),
    span(cut(target.name, width - 20)),
  ]);
}
