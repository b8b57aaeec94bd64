/** GitLab Code Quality (its subset of the Code Climate specification, "data types"): an array of issues. */
import type { ImageReport, ReportFinding } from '../types/report.ts';
import { countedSeverity } from '../types/severity.ts';
import type { Evidence, Severity } from '../types.ts';
import { countedFindings, uniquely } from './counted.ts';
import { prose } from './format.ts';
import type { FormatOptions } from './formats.ts';
import { imagePath, mainEvidence, placeOf } from './place.ts';
import { neutralise } from './text.ts';

const severities: Record<Severity, string> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
};
const otherPlaces = 20;

/** Suppressed findings are left out: the format cannot mark them. */
export function renderCodeQuality(reports: readonly ImageReport[], { all }: Pick<FormatOptions, 'all'>): string {
  const unique = uniquely();
  const issues = reports.flatMap((report) =>
    countedFindings(report, all)
      .filter(({ suppression }) => !suppression)
      .map((finding) => issueOf(report, finding, unique)),
  );
  return `${JSON.stringify(issues, null, 2)}\n`;
}

function issueOf(report: ImageReport, finding: ReportFinding, unique: (key: string) => string): object {
  const main = mainEvidence(finding);
  const location = locationOf(report, main);
  const others = new Map(
    finding.evidence.map((one) => locationOf(report, one)).map((one) => [JSON.stringify(one), one]),
  );
  others.delete(JSON.stringify(location));
  return {
    type: 'issue',
    check_name: finding.rule,
    description: neutralise(`${prose(finding.message)} (${finding.rule})`),
    content: { body: neutralise(prose(finding.remediation)) },
    categories: [finding.category === 'hygiene' ? 'Style' : 'Security'],
    severity: severities[countedSeverity(finding)],
    // GitLab follows an issue from one branch to the other by this alone, so it names the image too.
    fingerprint: unique(`${finding.fingerprint}:${imagePath(report.target.name)}`),
    location,
    ...(others.size > 0 ? { other_locations: [...others.values()].slice(0, otherPlaces) } : {}),
  };
}

function locationOf(report: ImageReport, evidence: Evidence): object {
  const { path, line, endLine } = placeOf(report, evidence);
  return { path, lines: { begin: line, ...(endLine === undefined ? {} : { end: endLine }) } };
}
