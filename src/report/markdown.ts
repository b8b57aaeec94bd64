/**
 * Markdown for a pull request's comment or a step's summary (GitHub Flavored Markdown; GitLab takes it too). It starts
 * with a marker that a script can find its own comment by. What does not fit is left out from the end of each list,
 * and the report says how much.
 */
import type { ImageReport } from '../types/report.ts';
import { count, points } from './format.ts';
import type { FormatOptions } from './formats.ts';
import { markdownText } from './markdown/escape.ts';
import { type Depth, imageMarkdown, oneLine } from './markdown/image.ts';

/** GitHub refuses a longer comment, in characters. */
const commentLimit = 65_536;
/** GitHub refuses a longer step summary: 1 MiB, where no character takes more than three bytes. */
const summaryLimit = Math.floor((1 << 20) / 3);

const marker = '<!-- tare -->';

/** From all there is to almost nothing: the first that fits is taken. */
const depths: readonly Depth[] = [
  { rows: 500, details: 500, places: 50, layers: 200, status: 100, text: 2000 },
  { rows: 200, details: 100, places: 10, layers: 60, status: 30, text: 600 },
  { rows: 100, details: 40, places: 5, layers: 30, status: 10, text: 400 },
  { rows: 50, details: 15, places: 3, layers: 10, status: 5, text: 300 },
  { rows: 25, details: 0, places: 0, layers: 0, status: 3, text: 200 },
  { rows: 8, details: 0, places: 0, layers: 0, status: 0, text: 120 },
];

/** A comment: at most 65,536 characters, whatever the reports hold. */
export function renderMarkdown(reports: readonly ImageReport[], { all }: Pick<FormatOptions, 'all'>): string {
  return fitted(reports, all ?? false, commentLimit);
}

/** The same for a step's summary, which may be longer. */
export function renderStepSummary(reports: readonly ImageReport[], { all }: Pick<FormatOptions, 'all'>): string {
  return fitted(reports, all ?? false, summaryLimit);
}

function fitted(reports: readonly ImageReport[], all: boolean, limit: number): string {
  for (const depth of depths) {
    const text = documentOf(reports, all, depth, limit);
    if (text.length <= limit) return text;
  }
  return overview(reports, limit);
}

function documentOf(reports: readonly ImageReport[], all: boolean, depth: Depth, limit: number): string {
  const images = reports.map((report) => imageMarkdown(report, all, depth, limit));
  const head = reports.length > 1 ? [`## tare: ${verdicts(reports)}`, table(reports.map(oneLine))] : [];
  return `${[marker, ...head, ...images].join('\n\n')}\n`;
}

/** Where not even the shortest form of each image fits: a line for each, as many as there is room for. */
function overview(reports: readonly ImageReport[], limit: number): string {
  const head = `${marker}\n\n## tare: ${verdicts(reports)}\n\n`;
  const foot = (left: number) => (left > 0 ? `\n\nand ${count(left, 'more image')}\n` : '\n');
  const rows: string[] = [];
  let room = limit - head.length - table([]).length - foot(reports.length).length;
  for (const report of reports) {
    const row = oneLine(report);
    room -= row.length + 1;
    if (room < 0) break;
    rows.push(row);
  }
  return `${head}${table(rows)}${foot(reports.length - rows.length)}`;
}

function verdicts(reports: readonly ImageReport[]): string {
  const failed = reports.filter(({ gate }) => !gate.passed).length;
  const worst = Math.min(...reports.map(({ score }) => score.value));
  const verdict = failed === 0 ? 'all pass' : `${failed} of ${count(reports.length, 'image')} fail`;
  return markdownText(`${verdict}, lowest score ${points(worst)}`);
}

function table(rows: readonly string[]): string {
  return ['| Image | Grade | Score | Gate |', '|---|---|--:|---|', ...rows].join('\n');
}
