/** What the reports of one image come to. */

import { baseline } from '../../../rules/baseline.ts';
import type { ImageReport, ReportFinding } from '../../../types/report.ts';
import { severities } from '../../../types/severity.ts';
import type { Digest, Severity } from '../../../types.ts';
import type { Repository, Verdict } from '../types.ts';

const mostNamed = 10;

/** The worst platform speaks for an index: that one may be what runs. @param reports at least one. */
export function verdictOf(
  image: Repository & { tag?: string; digest: Digest },
  reports: readonly ImageReport[],
  gradedAt: Date,
): Verdict {
  const failing = reports.filter((report) => !report.gate.passed);
  const worst = [...(failing.length > 0 ? failing : reports)].sort((a, b) => a.score.value - b.score.value)[0]!;
  const open = worst.findings.filter((finding) => finding.outcome === 'fail' && !finding.suppression);
  const counts = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const { severity } of open) counts[severity]++;
  const { registry, repository, tag, digest } = image;
  return {
    ...{ registry, repository, ...(tag !== undefined && { tag }), digest },
    passed: failing.length === 0,
    reason: worst.gate.reason,
    score: worst.score.value,
    grade: worst.score.grade,
    counts,
    worst: heaviest(worst, open).map(({ rule, severity, message, remediation }) => ({
      ...{ rule, severity, title: titleOf(rule), message, remediation },
    })),
    ruleset: { name: worst.ruleset.name, version: worst.ruleset.version },
    gradedAt: gradedAt.toISOString(),
  };
}

/** Those that fail the gate first, then by severity; the report's own order decides between equals. */
function heaviest(report: ImageReport, findings: readonly ReportFinding[]): ReportFinding[] {
  const failing = new Set(report.gate.failing ?? []);
  const rank = ({ fingerprint, severity }: ReportFinding): number =>
    (failing.has(fingerprint) ? 0 : severities.length) + severities.indexOf(severity);
  return [...findings].sort((a, b) => rank(a) - rank(b)).slice(0, mostNamed);
}

function titleOf(rule: string): string {
  return baseline().rules.find(({ metadata }) => metadata.id === rule)?.metadata.title ?? rule;
}
