/** The order of severities, and the one rule by which confidence tempers them. */
import type { Finding, Severity } from '../types.ts';

/** Heaviest first. */
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** What a gate as a whole may fail on. */
export const failOns = ['critical', 'high', 'medium', 'low', 'none'] as const;

/** What a rule or a category may fail on; `any` is whatever it finds. */
export const thresholds = ['critical', 'high', 'medium', 'low', 'any', 'none'] as const;

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
