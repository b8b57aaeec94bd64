/** Findings, the one that gains most first: what, where, and how to mend it. */

import type { ImageReport, ReportFinding } from '../../types/report.ts';
import { countedSeverity, severities } from '../../types/severity.ts';
import type { Evidence, LayerInfo } from '../../types.ts';
import { count, instruction, type PlaceGroup, placeNames, placesByLayer, points, prose, thousands } from '../format.ts';
import { cut, glue, hang, type Line, span } from '../text.ts';
import type { Explanations } from './explain.ts';
import { blank, heading, severityStyle } from './paint.ts';

interface Layout {
  width: number;
  all: boolean;
  /** Columns before a finding's text, and of the labels in it. */
  gutter: number;
  label: number;
  layers: readonly LayerInfo[];
  explain: Explanations;
  /** The Dockerfile that the image is joined to. */
  file?: string;
}

const groupsShown = 3;
const placesShown = 3;

export function findingLines(
  report: ImageReport,
  width: number,
  all: boolean,
  explain: Explanations = new Map(),
): Line[] {
  const shown = all ? report.findings : report.findings.filter((finding) => finding.confidence !== 'low');
  const hidden = report.findings.length - shown.length;
  const layers = report.target.layers;
  const last = layers.reduce((highest, { index }) => Math.max(highest, index), 0);
  const layout: Layout = {
    width,
    all,
    gutter: width < 60 ? 2 : 9,
    label: Math.max(9, `layer ${last}`.length + 2),
    layers,
    explain,
    ...(report.dockerfile && { file: report.dockerfile.file }),
  };
  const lines: Line[] =
    shown.length === 0 ? heading('Nothing to fix', '', width) : heading('Fix first', tallyOf(shown), width);
  for (const finding of shown.filter(({ origin }) => origin !== 'base')) lines.push(blank, ...one(finding, layout));
  const below = shown.filter(({ origin }) => origin === 'base');
  if (below.length > 0) lines.push(blank, ...baseLines(report, below, width));
  for (const finding of below) lines.push(blank, ...one(finding, layout));
  if (hidden > 0) {
    const which = `${count(hidden, 'finding')} of low confidence ${hidden === 1 ? 'is' : 'are'} not shown: --all shows`;
    lines.push(blank, ...hang([], [span(`${which} ${hidden === 1 ? 'it' : 'them'}.`, 'dim')], 2, width));
  }
  return lines;
}

/** `5 findings come from the base debian:12  a smaller base would remove 4 of them (+9.1), a newer one 1 (+6.7)` */
function baseLines({ dockerfile }: ImageReport, below: readonly ReportFinding[], width: number): Line[] {
  const { image = 'image', smaller, newer } = dockerfile?.base ?? {};
  const number = below.length;
  const verb = number === 1 ? 'comes' : 'come';
  const aged = below.filter(({ category }) => category === 'trusted-source').length;
  const parts = (
    [
      ['smaller', number - aged, smaller?.gain ?? 0],
      ['newer', aged, newer?.gain ?? 0],
    ] as const
  ).flatMap(([word, findings, gain]) =>
    findings > 0 ? [{ word, findings, brings: gain > 0 ? ` (+${points(gain)})` : '' }] : [],
  );
  const [first, second] = parts;
  const aside = !first
    ? ''
    : second
      ? `a ${first.word} base would remove ${first.findings} of them${first.brings}, a ${second.word} one ${second.findings}${second.brings}`
      : `a ${first.word} base would remove ${number === 1 ? 'it' : 'them'}${first.brings}`;
  return heading(`${count(number, 'finding')} ${verb} from the base ${image}`, aside, width);
}

/** `1 high, 4 medium; …` */
function tallyOf(findings: readonly ReportFinding[]): string {
  const counts = severities.flatMap((severity) => {
    const number = findings.filter((finding) => countedSeverity(finding) === severity).length;
    return number > 0 ? [glue(`${number} ${severity}`)] : [];
  });
  return `${counts.join(', ')}; + points that mending it alone brings`;
}

function one(finding: ReportFinding, layout: Layout): Line[] {
  const { gutter, width } = layout;
  const lines = [...title(finding, layout), ...hang([], [span(prose(finding.message))], gutter, width)];
  lines.push(...placeLines(finding, layout));
  const unknown = finding.outcome === 'unknown';
  lines.push(...labelled(unknown ? 'to know' : 'fix', [span(prose(finding.remediation))], layout, 'green'));
  for (const [label, text] of layout.explain.get(finding.rule) ?? [])
    lines.push(...labelled(label, [span(text)], layout));
  if (finding.suppression) {
    const { reason, expires } = finding.suppression;
    lines.push(...labelled('because', [span(`${prose(reason)}${expires ? ` (until ${expires})` : ''}`)], layout));
  }
  return lines;
}

/** `+35.0  CRITICAL  private-key  unknown: counts as failed` */
function title(finding: ReportFinding, { gutter, width }: Layout): Line[] {
  const severity = countedSeverity(finding);
  const gain = finding.gain > 0 ? `+${points(finding.gain)}` : '';
  const tags = tagsOf(finding);
  const name: Line = [
    span(severity.toUpperCase(), severityStyle[severity]),
    span('  '),
    span(finding.rule, 'bold'),
    ...(tags.length > 0 ? [span('  '), span(tags.join(', '), 'dim')] : []),
  ];
  if (gutter < 9) return hang([], [...name, span('  '), span(gain, 'bold')], gutter, width);
  return hang([span(gain.padStart(7), 'bold')], name, gutter, width);
}

function tagsOf(finding: ReportFinding): string[] {
  const tags: string[] = [];
  if (finding.outcome === 'unknown') tags.push('UNKNOWN, counts as failed');
  if (finding.severity !== countedSeverity(finding)) tags.push(`${finding.severity} if certain`);
  if (finding.confidence !== 'high') tags.push(`${finding.confidence} confidence`);
  if (finding.suppression) tags.push('suppressed');
  return tags;
}

function placeLines({ evidence, data }: ReportFinding, layout: Layout): Line[] {
  const groups = placesByLayer(withoutTold(evidence, layout), layout.layers);
  const shown = layout.all ? groups : groups.slice(0, groupsShown);
  const lines = shown.flatMap((group) => groupLines(group, layout));
  const hidden = groups.slice(shown.length).reduce((sum, group) => sum + placeNames(group.evidence).length, 0);
  const dropped = Number(data['moreEvidence'] ?? 0) || 0;
  if (hidden + dropped > 0) {
    const others = groups.length - shown.length;
    const where = others > 0 && dropped === 0 ? `in ${count(others, 'other layer')}` : 'elsewhere';
    lines.push(...labelled('', [span(`+ ${thousands(hidden + dropped)} more ${where}`, 'dim')], layout));
  }
  return lines;
}

/** Lines of the Dockerfile that stand beside their layer are not said again. */
function withoutTold(evidence: readonly Evidence[], { layers, file }: Layout): readonly Evidence[] {
  if (file === undefined) return evidence;
  const indexes = new Set(evidence.map((one) => (one.at === 'file' ? one.layer : -1)));
  const told = new Set(layers.flatMap(({ index, line }) => (line && indexes.has(index) ? [line] : [])));
  return evidence.filter((one) => one.at !== 'instruction' || one.file !== file || !told.has(one.range.start.line));
}

/** The layer and the instruction that made it, then the places in it. */
function groupLines(group: PlaceGroup, layout: Layout): Line[] {
  const places = placesOf(group.evidence, layout.all);
  if (group.index === undefined) return labelled('at', places, layout);
  const made = group.layer?.createdBy;
  const label = `layer ${group.index}`;
  if (!made) return labelled(label, places, layout);
  const room = Math.max(8, layout.width - layout.gutter - layout.label);
  const line = layout.file !== undefined && group.layer?.line ? `${layout.file}:${group.layer.line}  ` : '';
  const text = `${line}${instruction(made)}`;
  return [...labelled(label, [span(cut(text, room), 'dim')], layout), ...labelled('', places, layout)];
}

/** `/usr/bin/su, /usr/bin/mount (util-linux), + 7 more` */
function placesOf(evidence: readonly Evidence[], all: boolean): Line {
  const places = placeNames(evidence);
  const shown = all ? places : places.slice(0, placesShown);
  const line = shown.flatMap(({ place, notes }, i) => [
    span(`${i > 0 ? ', ' : ''}${place}`),
    ...(notes.length > 0 ? [span(` (${notes.map(glue).join(', ')})`, 'dim')] : []),
  ]);
  const more = places.length - shown.length;
  return more > 0 ? [...line, span(`, + ${thousands(more)} more`, 'dim')] : line;
}

function labelled(label: string, text: Line, layout: Layout, style: 'dim' | 'green' = 'dim'): Line[] {
  const lead = [span(' '.repeat(layout.gutter)), span(label, style)];
  return hang(lead, text, layout.gutter + layout.label, layout.width);
}
