/** The order of severities, and the one rule by which confidence tempers them. */
import type { Finding, Severity } from '../types.ts';

/** Heaviest first. */
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * The severity that scores and gates: critical needs high confidence, and counts as high without it (SCORING.md, "Arithmetic").
 * The finding keeps its own severity, which is what it would be if it were confirmed.
 */
export function countedSeverity(finding: Pick<Finding, 'severity' | 'confidence'>): Severity {
  return finding.severity === 'critical' && finding.confidence !== 'high' ? 'high' : finding.severity;
}

/** Negative where `a` is the heavier. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}
