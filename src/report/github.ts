/**
 * GitHub Actions workflow commands (docs.github.com, "Workflow commands for GitHub Actions"): an annotation for each
 * finding, on the Dockerfile's line where it has one. GitHub shows the first ten of a kind for each step, and the
 * findings come fix-first.
 */
import type { ImageReport, ReportFinding } from '../types/report.ts';
import { countedSeverity } from '../types/severity.ts';
import { countedFindings } from './counted.ts';
import { count, placeNames, placesByLayer, points, prose, sentence } from './format.ts';
import type { FormatOptions } from './formats.ts';
import { mainEvidence, placeOf } from './place.ts';
import { neutralise } from './text.ts';

const placesNamed = 3;

/** Every line is a command: a runner reads nothing else out of them. Suppressed findings are left out. */
export function renderAnnotations(reports: readonly ImageReport[], { all }: Pick<FormatOptions, 'all'>): string {
  return reports
    .flatMap((report) => [
      ...countedFindings(report, all)
        .filter(({ suppression }) => !suppression)
        .map((finding) => annotation(report, finding)),
      verdict(report),
    ])
    .join('');
}

function annotation(report: ImageReport, finding: ReportFinding): string {
  const place = placeOf(report, mainEvidence(finding));
  const severity = countedSeverity(finding);
  const sameLine = place.endLine === undefined || place.endLine === place.line;
  const properties = {
    ...(place.inRepository
      ? {
          file: place.path,
          line: place.line,
          endLine: place.endLine,
          // GitHub takes a column only where the place is within one line.
          ...(sameLine ? { col: place.column } : {}),
        }
      : {}),
    title: `${finding.rule} (${finding.outcome === 'unknown' ? 'unknown' : severity})`,
  };
  const where = place.inRepository ? '' : ` (${report.target.name}, ${placesOf(finding)})`;
  return command(
    levelOf(finding),
    properties,
    `${prose(finding.message).replace(/\.$/, '')}${where}. ${sentence(finding.remediation)}`,
  );
}

function levelOf(finding: ReportFinding): string {
  if (finding.outcome === 'unknown' || finding.confidence === 'low') return 'notice';
  const severity = countedSeverity(finding);
  if (severity === 'critical' || severity === 'high') return 'error';
  return severity === 'medium' ? 'warning' : 'notice';
}

/** `layer 1: /usr/bin/su, /usr/bin/mount and 7 more places` */
function placesOf({ evidence }: ReportFinding): string {
  const [group] = placesByLayer(evidence, []);
  const names = placeNames(group!.evidence).map(({ place }) => place);
  const more = placeNames(evidence).length - Math.min(names.length, placesNamed);
  const layer = group!.index === undefined ? '' : `layer ${group!.index}: `;
  const list = names.slice(0, placesNamed).join(', ');
  return `${layer}${list}${more > 0 ? ` and ${count(more, 'more place', 'more places')}` : ''}`;
}

function verdict({ target, score, gate }: ImageReport): string {
  const title = `tare: ${score.grade}, ${points(score.value)} of 100`;
  return command(gate.passed ? 'notice' : 'error', { title }, `${target.name}: ${prose(gate.reason)}`);
}

/** As the runner's toolkit writes it: `%`, CR and LF in the text, `:` and `,` too in a property. */
function command(name: string, properties: Record<string, string | number | undefined>, text: string): string {
  const written = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
    .join(',');
  return `::${name} ${written}::${escapeData(text)}\n`;
}

function escapeData(text: string): string {
  return neutralise(text).replaceAll('%', '%25');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
