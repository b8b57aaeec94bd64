/** Decides whether a pipeline may go on, and says why in one sentence. */

import type { Threshold } from '../types/policy.ts';
import type { GateResult, Score } from '../types/report.ts';
import { compareSeverity, countedSeverity } from '../types/severity.ts';
import type { Category, Finding, RuleId, Severity } from '../types.ts';
import { gains } from './gains.ts';

export interface GateOptions {
  /** Fails at this severity and above. */
  failOn: Exclude<Severity, 'info'> | 'none';
  /** Fails below this score. */
  minScore?: number;
  /** Let Dockerfile quality count too. */
  hygiene?: boolean;
  /** Thresholds in place of `failOn`: a rule's own wins over its category's. */
  categories?: ReadonlyMap<Category, Threshold>;
  rules?: ReadonlyMap<RuleId, Threshold>;
  /** Severities by which the gate reads findings of a rule, whatever the report says. */
  severities?: ReadonlyMap<RuleId, Severity>;
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
    options,
  );
  const missing = options.minScore === undefined ? 0 : tenths(options.minScore - score.value);
  const failures: string[] = [];
  if (failing.length > 0) failures.push(findingsFail(failing, options));
  if (missing > 0) {
    failures.push(`the score ${score.value.toFixed(1)} is ${missing} below the minimum of ${options.minScore}`);
  }
  const passed = failures.length === 0;
  return {
    passed,
    reason: passed ? whyPassed(reached.length, score, options) : sentence(failures),
    failOn: options.failOn,
    ...(options.minScore === undefined ? {} : { minScore: options.minScore }),
    ...(failing.length > 0 && { failing: failing.map(({ fingerprint }) => fingerprint) }),
  };
}

function reaches(finding: Finding, options: GateOptions): boolean {
  if (finding.suppression || finding.confidence === 'low') return false;
  const threshold = thresholdOf(finding, options);
  return threshold !== 'none' && compareSeverity(gateSeverity(finding, options), threshold) <= 0;
}

/** Dockerfile quality gates only where it is asked for: by its own threshold, by a rule's, or as a whole. */
function thresholdOf({ rule, category }: Finding, { failOn, hygiene, categories, rules }: GateOptions): Threshold {
  const own = rules?.get(rule) ?? categories?.get(category);
  return own ?? (category === 'hygiene' && !hygiene ? 'none' : failOn);
}

function gateSeverity(finding: Finding, { severities }: GateOptions): Severity {
  return severities?.get(finding.rule) ?? countedSeverity(finding);
}

function findingsFail(failing: readonly Finding[], options: GateOptions): string {
  const { failOn } = options;
  const worst = failing[0]!;
  const severity = gateSeverity(worst, options);
  const others = failing.length - 1;
  const alike = failing.every((finding) => thresholdOf(finding, options) === failOn);
  if (others === 0) {
    const threshold = thresholdOf(worst, options);
    return `${worst.rule} is ${severity}, and ${alike ? `--fail-on is ${failOn}` : `its gate is ${threshold === 'info' ? 'any' : threshold}`}`;
  }
  const more = `${worst.rule} (${severity}) and ${others} more ${others === 1 ? 'finding' : 'findings'}`;
  return alike ? `${more} reach --fail-on ${failOn}` : `${more} reach the gates that are set for them`;
}

function whyPassed(unknown: number, score: Score, { failOn, minScore, categories, rules }: GateOptions): string {
  const parts: string[] = [];
  const own = [...(categories?.values() ?? []), ...(rules?.values() ?? [])].some((threshold) => threshold !== 'none');
  if (failOn !== 'none' || own) {
    const but = unknown === 0 ? '' : `, though ${unknown} that might could not be judged`;
    const reached = failOn === 'none' ? 'the gates that are set for rules and categories' : `--fail-on ${failOn}`;
    parts.push(`no finding reaches ${reached}${but}`);
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
function worstFirst(failing: readonly Finding[], findings: readonly Finding[], options: GateOptions): Finding[] {
  if (failing.length < 2) return [...failing];
  const gainOf = new Map<Finding, number>();
  for (const [i, gain] of gains(findings).entries()) gainOf.set(findings[i]!, gain);
  return failing.toSorted(
    (a, b) =>
      compareSeverity(gateSeverity(a, options), gateSeverity(b, options)) ||
      gainOf.get(b)! - gainOf.get(a)! ||
      (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
}

/** A shortfall of points, rounded up to a tenth so that it is never shown as none. */
function tenths(points: number): number {
  return points <= 0 ? 0 : Math.max(0.1, Math.ceil(Math.round(points * 1e6) / 1e5) / 10);
}
