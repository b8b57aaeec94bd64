import type { ImageReport, ReportFinding } from '../../../types/report.ts';
import { compareSeverity } from '../../../types/severity.ts';
import type { KnownVerdict } from './options.ts';

const kept = 10;

/** The verdict on what was graded: that of the worst report, a failing one before any that passes. */
export function verdictOf(reports: readonly [ImageReport, ...ImageReport[]]): KnownVerdict {
  const [worst] = reports.toSorted(
    (a, b) => Number(a.gate.passed) - Number(b.gate.passed) || a.score.value - b.score.value,
  ) as [ImageReport];
  const { gate, score } = worst;
  const failing = new Set(gate.failing);
  const findings = worst.findings
    .filter(({ outcome, suppression }) => outcome === 'fail' && !suppression)
    .toSorted(
      (a, b) => rank(a, failing) - rank(b, failing) || compareSeverity(a.severity, b.severity) || b.gain - a.gain,
    );
  return {
    passed: reports.every((report) => report.gate.passed),
    reason: gate.reason,
    score: score.value,
    grade: score.grade,
    worst: findings.slice(0, kept).map(({ rule, severity, message }) => ({ rule, severity, message })),
    findings: findings.length,
  };
}

/** What fails the gate comes first. */
function rank({ fingerprint }: ReportFinding, failing: ReadonlySet<string>): number {
  return failing.has(fingerprint) ? 0 : 1;
}
