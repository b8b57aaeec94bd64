/** One image's part of the Markdown report: the verdict and the findings open, all else folded. */
import type { ImageReport, ReportFinding } from '../../types/report.ts';
import { countedSeverity } from '../../types/severity.ts';
import { countedFindings } from '../counted.ts';
import {
  bytes,
  count,
  instruction,
  placeNames,
  placesByLayer,
  platformName,
  points,
  prose,
  thousands,
} from '../format.ts';
import { htmlText, markdownCode, markdownText } from './escape.ts';

/** How much of each part is shown. */
export interface Depth {
  rows: number;
  details: number;
  places: number;
  layers: number;
  status: number;
  /** Characters of the longest text. */
  text: number;
}

const longestName = 200;

/** Past `most` characters it may stop anywhere: the document is too long already. */
export function imageMarkdown(report: ImageReport, all: boolean, depth: Depth, most: number): string {
  const { score, gate, ruleset, tool } = report;
  const findings = countedFindings(report, all);
  const name = markdownCode(shortened(report.target.name, longestName));
  const parts = [
    `## ${name}: grade ${score.grade}, ${points(score.value)} of 100`,
    `${gate.passed ? '✅ **Passed.**' : '❌ **Failed.**'} ${text(gate.reason, depth)}`,
    aboutTarget(report),
    findings.length === 0 ? 'Nothing to mend.' : findingTable(findings, depth),
    hiddenLine(report, findings),
    ...folded(`How to mend ${findings.length === 1 ? 'it' : 'them'}`, findingDetails(report, findings, depth, most)),
    ...folded('Score by category', categoryTable(report)),
    ...folded(`Layers (${thousands(report.target.layers.length)})`, layerTable(report, depth)),
    ...folded('Notes on this scan', statusList(report, depth)),
    `<sub>${htmlText(`tare ${tool.version}, judged by ${ruleset.name} (${ruleset.version}) as of ${ruleset.asOf}`)}</sub>`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** A row of the table that several images start with. */
export function oneLine({ target, score, gate }: ImageReport): string {
  const platform = target.platform ? ` ${markdownText(platformName(target.platform))}` : '';
  const name = markdownCode(shortened(target.name, longestName), { cell: true });
  return `| ${name}${platform} | ${score.grade} | ${points(score.value)} | ${gate.passed ? '✅ passed' : '❌ failed'} |`;
}

function aboutTarget({ target, distro, packages, score }: ImageReport): string {
  const parts = [
    ...(target.platform ? [platformName(target.platform)] : []),
    ...(distro ? [distro.id === 'scratch' ? 'no operating system' : distro.prettyName || distro.id] : []),
    ...(target.kind === 'dockerfile'
      ? []
      : [
          `${bytes(target.layers.reduce((sum, layer) => sum + layer.size, 0))} in ${count(target.layers.length, 'layer')}`,
          count(packages.length, 'package'),
        ]),
    ...(score.ceiling > score.value ? [`up to ${points(score.ceiling)} if what is unknown passes`] : []),
  ];
  return parts.map((part) => markdownText(shortened(part, longestName))).join(' · ');
}

function findingTable(findings: readonly ReportFinding[], depth: Depth): string {
  const rows = findings.slice(0, depth.rows).map((finding) => {
    const { rule, gain } = finding;
    const worth = gain > 0 ? `+${points(gain)}` : '';
    return `| ${severityOf(finding)} | ${markdownCode(rule, { cell: true })} | ${text(finding.message, depth)} | ${worth} |`;
  });
  const more = findings.length - rows.length;
  return [
    '| Severity | Rule | What is wrong | Gain |',
    '|---|---|---|--:|',
    ...rows,
    ...(more > 0 ? [`| | | and ${count(more, 'more finding')} | |`] : []),
  ].join('\n');
}

const marks = { critical: '🟣', high: '🔴', medium: '🟠', low: '🟡', info: '🔵' } as const;

function severityOf(finding: ReportFinding): string {
  const severity = countedSeverity(finding);
  if (finding.suppression) return `⚪ ${severity}, suppressed`;
  if (finding.outcome === 'unknown') return `⚪ unknown (${severity})`;
  return `${marks[severity]} ${severity}${finding.confidence === 'low' ? '?' : ''}`;
}

function hiddenLine({ findings }: ImageReport, shown: readonly ReportFinding[]): string {
  const hidden = findings.length - shown.length;
  return hidden > 0 ? `${count(hidden, 'finding')} of low confidence ${hidden === 1 ? 'is' : 'are'} not shown.` : '';
}

function findingDetails(report: ImageReport, findings: readonly ReportFinding[], depth: Depth, most: number): string {
  const parts: string[] = [];
  let length = 0;
  for (const finding of findings.slice(0, depth.details)) {
    parts.push(detailsOf(report, finding, depth));
    length += parts.at(-1)!.length;
    if (length > most) break;
  }
  const more = findings.length - parts.length;
  return parts.length === 0 || more === 0
    ? parts.join('\n\n')
    : [...parts, `and ${count(more, 'more finding')}`].join('\n\n');
}

function detailsOf(report: ImageReport, finding: ReportFinding, depth: Depth): string {
  const { suppression } = finding;
  const mend = finding.outcome === 'unknown' ? 'To know' : 'Mend';
  return [
    `**${markdownText(finding.rule)}**: ${text(finding.message, depth)}`,
    `- ${mend}: ${text(finding.remediation, depth)}`,
    ...placeLines(report, finding, depth),
    ...(suppression ? [`- Suppressed: ${text(suppression.reason, depth)}`] : []),
  ].join('\n');
}

function placeLines({ target }: ImageReport, { evidence }: ReportFinding, depth: Depth): string[] {
  let room = depth.places;
  let left = 0;
  const lines: string[] = [];
  for (const group of placesByLayer(evidence, target.layers)) {
    const names = placeNames(group.evidence).map(({ place }) => place);
    const shown = names.slice(0, room);
    room -= shown.length;
    left += names.length - shown.length;
    if (shown.length === 0) continue;
    const made = group.layer?.createdBy;
    const by = made ? ` (${markdownCode(shortened(instruction(made), depth.text))})` : '';
    const lead = group.index === undefined ? 'At' : `Layer ${group.index}${by}:`;
    lines.push(`- ${lead} ${shown.map((place) => markdownCode(shortened(place, depth.text))).join(', ')}`);
  }
  return left > 0 ? [...lines, `- and ${count(left, 'more place', 'more places')}`] : lines;
}

function categoryTable({ score }: ImageReport): string {
  const cap = score.ledger.find(({ kind }) => kind === 'cap');
  return [
    '| Category | Points left | of |',
    '|---|--:|--:|',
    ...score.categories.map(
      ({ category, points: whole, left }) =>
        `| ${markdownText(category)} | ${points(Math.floor(left * 10) / 10)} | ${whole} |`,
    ),
    ...(cap ? [`| cap: ${cap.rules.map((rule) => markdownText(rule)).join(', ')} | −${points(cap.points)} | |`] : []),
  ].join('\n');
}

function layerTable({ target }: ImageReport, depth: Depth): string {
  const shown = target.layers.slice(0, depth.layers);
  if (shown.length === 0) return '';
  const more = target.layers.length - shown.length;
  return [
    '| Layer | Size | Made by |',
    '|--:|--:|---|',
    ...shown.map(({ index, size, createdBy }) => {
      const made = createdBy ? markdownCode(shortened(instruction(createdBy), depth.text), { cell: true }) : '';
      return `| ${index} | ${bytes(size)} | ${made} |`;
    }),
    ...(more > 0 ? [`| | | and ${count(more, 'more layer')} |`] : []),
  ].join('\n');
}

function statusList({ status }: ImageReport, depth: Depth): string {
  const shown = status.slice(0, depth.status);
  const more = status.length - shown.length;
  if (shown.length === 0) return '';
  return [
    ...shown.map(({ part, level, message, layer }) => {
      const where = layer === undefined ? part : `${part}, layer ${layer}`;
      return `- ${level}: ${text(`${where}: ${message}`, depth)}`;
    }),
    ...(more > 0 ? [`- and ${count(more, 'more note')}`] : []),
  ].join('\n');
}

/** The empty lines let Markdown in again inside the element. */
function folded(title: string, body: string): string[] {
  return body === '' ? [] : [`<details><summary>${htmlText(title)}</summary>\n\n${body}\n\n</details>`];
}

function text(words: string, depth: Depth): string {
  return markdownText(shortened(prose(words), depth.text));
}

function shortened(words: string, longest: number): string {
  return words.length > longest ? `${words.slice(0, longest).toWellFormed().trimEnd()}…` : words;
}
