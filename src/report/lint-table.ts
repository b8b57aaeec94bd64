/** Findings of Dockerfiles for people and editors: place, severity, rule and message on one line, the fix below it. */
import type { DockerfileReport, Forecast } from '../types/report.ts';
import { countedSeverity, severities } from '../types/severity.ts';
import type { Finding, Severity } from '../types.ts';
import { count, points, prose } from './format.ts';
import type { FormatOptions } from './formats.ts';
import type { LintWriter } from './lint-writer.ts';
import { type Explanations, explanations } from './table/explain.ts';
import { blank, gradeStyle, pad, paint, severityStyle } from './table/paint.ts';
import { glue, hang, type Line, span } from './text.ts';

const narrowest = 40;
const widest = 140;
const holdingShown = 4;

/** Files one after the other, then a line for all of them. Of several files those without a finding are only counted. */
export function lintTable(options: FormatOptions): LintWriter {
  const width = Math.min(widest, Math.max(narrowest, Math.floor(options.width) || 80));
  const explain = explanations(options);
  const tally: Tally = { files: 0, failed: 0, safe: 0, unsafe: 0, bySeverity: new Map(), reason: '' };
  let any = false;
  return {
    add: (report) => {
      countIn(tally, report);
      const own = fileLines(report, width, options.all ?? false, explain);
      if (own.length === 0 && options.several) return '';
      const lines = [...(any ? [blank] : []), ...own, ...forecastLines(report, width)];
      any = true;
      return paint(lines, options.colour);
    },
    end: () =>
      tally.files === 0 ? '' : paint([...(any ? [blank] : []), ...summaryLines(tally, width)], options.colour),
  };
}

interface Tally {
  files: number;
  failed: number;
  /** Findings that carry a change, by whether it is safe. */
  safe: number;
  unsafe: number;
  bySeverity: Map<Severity, number>;
  /** Of the last file's gate. */
  reason: string;
}

function countIn(tally: Tally, { findings, gate }: DockerfileReport): void {
  tally.files++;
  if (!gate.passed) tally.failed++;
  tally.reason = gate.reason;
  for (const finding of findings) {
    if (finding.suppression || finding.confidence === 'low') continue;
    const severity = countedSeverity(finding);
    if (finding.fix) finding.fix.unsafe ? tally.unsafe++ : tally.safe++;
    tally.bySeverity.set(severity, (tally.bySeverity.get(severity) ?? 0) + 1);
  }
}

function fileLines(report: DockerfileReport, width: number, all: boolean, explain: Explanations): Line[] {
  const shown = report.findings.filter((finding) => all || (finding.confidence !== 'low' && !finding.suppression));
  const lines = shown.flatMap((finding, at) => {
    // The same advice once for each rule of a file.
    const said = shown
      .slice(0, at)
      .some((other) => other.rule === finding.rule && other.remediation === finding.remediation);
    const why = (explain.get(finding.rule) ?? []).flatMap(([label, text]) =>
      hang([pad(4), span(label, 'dim')], [span(text, 'dim')], 9, width),
    );
    return [...findingLines(finding, report, width, said), ...why];
  });
  for (const { level, message } of report.status) {
    if (level !== 'info')
      lines.push(...hang([span(level, level === 'error' ? 'red' : 'yellow')], [span(prose(message))], 9, width));
  }
  const hidden = report.findings.length - shown.length;
  if (hidden > 0 && shown.length + lines.length > 0)
    lines.push([span(`${count(hidden, 'finding')} of low confidence or suppressed not shown: --all`, 'dim')]);
  return lines;
}

/** `Dockerfile:3:1  high  run-as-root  Runs as root …` */
function findingLines(finding: Finding, report: DockerfileReport, width: number, adviceSaid: boolean): Line[] {
  const severity = countedSeverity(finding);
  const tags = [
    ...(finding.outcome === 'unknown' ? ['unknown'] : []),
    ...(finding.confidence === 'high' ? [] : [`${finding.confidence} confidence`]),
    ...(finding.suppression ? [`suppressed: ${finding.suppression.reason}`] : []),
  ];
  const head: Line = [
    span(placeOf(finding, report), 'bold'),
    span('  '),
    span(severity, severityStyle[severity]),
    span('  '),
    span(finding.rule, 'bold'),
    span('  '),
    span(prose(finding.message)),
    ...(tags.length > 0 ? [span(`  (${tags.join(', ')})`, 'dim')] : []),
  ];
  const lines = hang([], head, 0, width).map((line, at): Line => (at === 0 ? line : [pad(4), ...line]));
  if (!adviceSaid && !finding.suppression)
    lines.push(
      ...hang(
        [pad(4), span(finding.outcome === 'unknown' ? 'know' : 'fix', 'green')],
        [span(prose(finding.remediation), 'dim')],
        9,
        width,
      ),
    );
  return lines;
}

function placeOf({ evidence: [place] }: Finding, { target }: DockerfileReport): string {
  if (place.at !== 'instruction') return target.name;
  const { line, column } = place.range.start;
  return `${target.name}:${line}:${column}`;
}

/** `forecast  61.5 to 82.0 (D to B)  run-as-root 12.5, …` */
function forecastLines({ forecast, target }: DockerfileReport, width: number): Line[] {
  const { low, high, grades } = forecast;
  const range: Line =
    low === high
      ? [span(points(high), 'bold'), span(` (${grades.high})`, gradeStyle[grades.high])]
      : [
          span(`${points(low)} to ${points(high)}`, 'bold'),
          span(' ('),
          span(grades.low, gradeStyle[grades.low]),
          span(' to '),
          span(grades.high, gradeStyle[grades.high]),
          span(')'),
        ];
  const base = target.base === undefined ? '' : ` on ${target.base}`;
  const lines = hang(
    [span('forecast', 'dim')],
    [...range, span(` of 100 for an image from this file${base}`, 'dim')],
    10,
    width,
  );
  for (const [label, certain] of [
    ['held by', true],
    ['may cost', false],
  ] as const) {
    const text = holding(forecast, certain);
    if (text) lines.push(...hang([span(label, 'dim')], [span(text, 'dim')], 10, width));
  }
  return lines;
}

function holding({ holding: all }: Forecast, certain: boolean): string {
  const own = all.filter((line) => line.certain === certain);
  const shown = own.slice(0, holdingShown).map((line) => glue(`${line.rule} ${points(line.points)}`));
  return own.length > holdingShown ? `${shown.join(', ')} and ${own.length - holdingShown} more` : shown.join(', ');
}

function summaryLines({ files, failed, safe, unsafe, bySeverity, reason }: Tally, width: number): Line[] {
  const counts = severities.flatMap((severity) => {
    const number = bySeverity.get(severity) ?? 0;
    return number > 0 ? [glue(`${number} ${severity}`)] : [];
  });
  const tally = counts.length > 0 ? counts.join(', ') : 'nothing to fix';
  const verdict = failed === 0 ? span(' PASSED ', 'greenInverse') : span(' FAILED ', 'redInverse');
  const why =
    files === 1
      ? prose(reason)
      : failed === 0
        ? `${count(files, 'file')}, none fails the gate.`
        : `${count(files, 'file')}, ${failed} of them ${failed === 1 ? 'fails' : 'fail'} the gate.`;
  const mended = [
    ...(safe > 0 ? [`${safe} fixable with --fix`] : []),
    ...(unsafe > 0 ? [`${unsafe} ${safe > 0 ? 'more' : 'fixable'} with --fix-unsafe`] : []),
  ].join(', ');
  const text = [span(`${tally}. `), span(why), ...(mended ? [span(` ${mended}.`, 'green')] : [])];
  return hang([verdict], text, 10, width);
}
