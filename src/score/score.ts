/** Grades findings: pure arithmetic, explained with an example in docs/scoring.md. */

import type { CategoryScore, LedgerLine, Score } from '../types/report.ts';
import type { Finding } from '../types.ts';
import { capOf, cappingRules, totalOf } from './exact.ts';
import { gradeFor } from './model.ts';
import { type CategoryTally, tally, unit } from './tally.ts';

/**
 * The score, its ceiling and its ledger.
 *
 * Every figure of the ledger is a whole number of millionths of a point. Its `rule` lines sum to 100 − raw;
 * the `cap` line takes raw down to the cap and the `rounding` line down to a tenth, so that all lines sum to 100 − value.
 * A rule that loses less than a millionth has no line.
 */
export function score(findings: readonly Finding[]): Score {
  const categories = tally(findings);
  const value = totalOf(categories);
  const known = findings.filter((finding) => finding.outcome !== 'unknown');
  const ledger: LedgerLine[] = [];
  const left: CategoryScore[] = [];
  let raw = 0;
  for (const category of categories) {
    const remaining = chargeRules(category, ledger);
    left.push({ category: category.category, points: category.points, left: remaining / 1e6 });
    raw += remaining;
  }
  const cap = capLine(categories, raw);
  if (cap) ledger.push(cap);
  const rounding = raw - Math.round((cap?.points ?? 0) * 1e6) - Math.round(value * 1e6);
  if (rounding > 0) ledger.push({ rules: [], points: rounding / 1e6, kind: 'rounding' });
  return {
    value,
    ceiling: known.length === findings.length ? value : totalOf(tally(known)),
    grade: gradeFor(value),
    categories: left,
    ledger,
  };
}

/** Adds a line for each rule; returns what is left, in millionths of a point, rounded up so that it never falls below the value. */
function chargeRules({ category, points, rules }: CategoryTally, ledger: LedgerLine[]): number {
  let numerator = BigInt(points) * unit;
  let denominator = 1n;
  let before = points * 1e6;
  for (const { rule, factor } of rules) {
    numerator *= factor;
    denominator *= unit;
    const after = Number((numerator + denominator - 1n) / denominator);
    if (after < before) ledger.push({ category, rules: [rule], points: (before - after) / 1e6, kind: 'rule' });
    before = after;
  }
  return before;
}

/** The cap's own line, where it takes anything; `raw` in millionths. */
function capLine(categories: readonly CategoryTally[], raw: number): LedgerLine | undefined {
  const over = raw - capOf(categories) * 1e6;
  if (over <= 0) return undefined;
  const critical = cappingRules(categories, 'critical');
  const rules = critical.length > 0 ? critical : cappingRules(categories, 'high');
  return { rules: rules.sort(), points: over / 1e6, kind: 'cap' };
}
