/** Decides whether a pipeline may go on, and says why in one sentence. */

import type { GateResult, Score } from '../types/report.ts';
import { compareSeverity, countedSeverity } from '../types/severity.ts';
import type { Finding, Severity } from '../types.ts';
import { gains } from './gains.ts';

export interface GateOptions {
  /** Fails at this severity and above. */
  failOn: Exclude<Severity, 'info'> | 'none';
  /** Fails below this score. */
  minScore?: number;
  /** Let Dockerfile quality count too. */
  hygiene?: boolean;
}

/**
 * A finding fails the gate where it is a proven fault of medium or high confidence, not suppressed, and at or above `failOn`.
 * An unknown does not fail by itself: it has cost points already, and `minScore` sees those.
 */
export function gate(findings: readonly Finding[], score: Score, options: GateOptions): GateResult {
  const reached = findings.filter((finding) => reaches(finding, options));
  const failing = worstFirst(
    reached.filter((finding) => finding.outcome === 'fail'),
    findings,
  );
  const missing = options.minScore === undefined ? 0 : tenths(options.minScore - score.value);
  const failures: string[] = [];
  if (failing.length > 0) failures.push(findingsFail(failing, options.failOn));
  if (missing > 0) {
    failures.push(`the score ${score.value.toFixed(1)} is ${missing} below the minimum of ${options.minScore}`);
  }
  const passed = failures.length === 0;
  return {
    passed,
    reason: passed ? whyPassed(reached.length, score, options) : sentence(failures),
    failOn: options.failOn,
    ...(options.minScore === undefined ? {} : { minScore: options.minScore }),
  };
}

function reaches(finding: Finding, { failOn, hygiene }: GateOptions): boolean {
  if (failOn === 'none' || finding.suppression || finding.confidence === 'low') return false;
  if (finding.category === 'hygiene' && !hygiene) return false;
  return compareSeverity(countedSeverity(finding), failOn) <= 0;
}

function findingsFail(failing: readonly Finding[], failOn: string): string {
  const worst = failing[0]!;
  const severity = countedSeverity(worst);
  const others = failing.length - 1;
  if (others === 0) return `${worst.rule} is ${severity}, and --fail-on is ${failOn}`;
  return `${worst.rule} (${severity}) and ${others} more ${others === 1 ? 'finding' : 'findings'} reach --fail-on ${failOn}`;
}

function whyPassed(unknown: number, score: Score, { failOn, minScore }: GateOptions): string {
  const parts: string[] = [];
  if (failOn !== 'none') {
    const but = unknown === 0 ? '' : `, though ${unknown} that might could not be judged`;
    parts.push(`no finding reaches --fail-on ${failOn}${but}`);
  }
  if (minScore !== undefined) parts.push(`the score ${score.value.toFixed(1)} meets the minimum of ${minScore}`);
  return parts.length > 0 ? sentence(parts) : 'Nothing was asked of it: --fail-on is none and there is no --min-score.';
}

function sentence(parts: readonly string[]): string {
  const text = parts.join('; ');
  // Rule ids stay as they are written.
  return /^(no|the) /.test(text) ? `${text[0]!.toUpperCase()}${text.slice(1)}.` : `${text}.`;
}

/** By severity, then by what mending it brings: the order in which the report lists those of one severity. */
function worstFirst(failing: readonly Finding[], findings: readonly Finding[]): Finding[] {
  if (failing.length < 2) return [...failing];
  const gainOf = new Map<Finding, number>();
  for (const [i, gain] of gains(findings).entries()) gainOf.set(findings[i]!, gain);
  return failing.toSorted(
    (a, b) =>
      compareSeverity(countedSeverity(a), countedSeverity(b)) ||
      gainOf.get(b)! - gainOf.get(a)! ||
      (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
}

/** A shortfall of points, rounded up to a tenth so that it is never shown as none. */
function tenths(points: number): number {
  return points <= 0 ? 0 : Math.max(0.1, Math.ceil(Math.round(points * 1e6) / 1e5) / 10);
}
