/** What the reports of one image come to. */

import { baseline } from '../../../rules/baseline.ts';
import type { ImageReport, ReportFinding } from '../../../types/report.ts';
import { compareSeverity, severities } from '../../../types/severity.ts';
import type { Digest, Severity } from '../../../types.ts';
import type { Repository, Verdict } from '../types.ts';

const mostNamed = 10;

/** @param reports at least one. */
export function verdictOf(
  image: Repository & { tag?: string; digest: Digest },
  reports: readonly ImageReport[],
  gradedAt: Date,
): Verdict {
  const { registry, repository, tag, digest } = image;
  const { outcome, worst, ruleset } = outcomeOf(reports);
  return {
    ...{ registry, repository, ...(tag !== undefined && { tag }), digest },
    ...outcome,
    worst: worst.map(({ rule, severity, message, remediation }) => ({
      ...{ rule, severity, title: titleOf(rule), message, remediation },
    })),
    ruleset: { name: ruleset.name, version: ruleset.version },
    gradedAt: gradedAt.toISOString(),
  };
}

/**
 * How an image did, and the findings that weigh most. The worst platform speaks for an index, since that one may be what
 * runs: one that fails before any that passes. @param reports at least one.
 */
export function outcomeOf(reports: readonly ImageReport[]): {
  outcome: Pick<Verdict, 'passed' | 'reason' | 'score' | 'grade' | 'counts'>;
  worst: ReportFinding[];
  ruleset: ImageReport['ruleset'];
} {
  const report = reports.toSorted(
    (a, b) => Number(a.gate.passed) - Number(b.gate.passed) || a.score.value - b.score.value,
  )[0]!;
  const { gate, score, ruleset } = report;
  const open = report.findings.filter((finding) => finding.outcome === 'fail' && !finding.suppression);
  const counts = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const { severity } of open) counts[severity]++;
  return {
    outcome: { passed: gate.passed, reason: gate.reason, score: score.value, grade: score.grade, counts },
    worst: heaviest(gate, open),
    ruleset,
  };
}

/** Those that fail the gate first, then by severity; the report's own order decides between equals. */
function heaviest(gate: ImageReport['gate'], findings: readonly ReportFinding[]): ReportFinding[] {
  const failing = new Set(gate.failing);
  const isAside = ({ fingerprint }: ReportFinding): number => Number(!failing.has(fingerprint));
  return findings
    .toSorted((a, b) => isAside(a) - isAside(b) || compareSeverity(a.severity, b.severity))
    .slice(0, mostNamed);
}

function titleOf(rule: string): string {
  return baseline().rules.find(({ metadata }) => metadata.id === rule)?.metadata.title ?? rule;
}
