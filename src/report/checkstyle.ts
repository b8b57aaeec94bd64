/** Checkstyle XML, as its XMLLogger writes it: read by Jenkins, reviewdog and many editors. Grouped by file. */
import type { ImageReport, ReportFinding } from '../types/report.ts';
import { countedSeverity } from '../types/severity.ts';
import type { Severity } from '../types.ts';
import { countedFindings, groupedBy } from './counted.ts';
import { sentence } from './format.ts';
import type { FormatOptions } from './formats.ts';
import { mainEvidence, placeOf } from './place.ts';
import { element, xmlDocument } from './xml.ts';

/** The version that readers look for to know the format; Checkstyle itself writes its own. */
const formatVersion = '8.0';

/** Files by name; in a file by line, then in the order of the report. Suppressed findings are left out: the format cannot mark them. */
export function renderCheckstyle(reports: readonly ImageReport[], { all }: Pick<FormatOptions, 'all'>): string {
  const errors = reports.flatMap((report) =>
    countedFindings(report, all)
      .filter(({ suppression }) => !suppression)
      .map((finding) => errorOf(report, finding)),
  );
  const files = [...groupedBy(errors, ({ path }) => path)].sort(([a], [b]) => (a < b ? -1 : 1));
  const elements = files.map(([name, found]) =>
    element(
      'file',
      { name },
      found.toSorted((a, b) => a.line - b.line).map(({ text }) => text),
    ),
  );
  return xmlDocument(element('checkstyle', { version: formatVersion }, elements));
}

function errorOf(report: ImageReport, finding: ReportFinding): { path: string; line: number; text: string } {
  const { path, line, column } = placeOf(report, mainEvidence(finding));
  const text = element('error', {
    line,
    column,
    severity: levelOf(countedSeverity(finding), finding),
    message: `${sentence(finding.message)} ${sentence(finding.remediation)}`,
    source: `tare.${finding.category}.${finding.rule}`,
  });
  return { path, line, text };
}

function levelOf(severity: Severity, { outcome }: ReportFinding): string {
  if (outcome === 'unknown' || severity === 'low' || severity === 'info') return 'info';
  return severity === 'medium' ? 'warning' : 'error';
}
