/** What mending each finding alone would bring: the fix-first order. */
import type { Finding, RuleId } from '../types.ts';
import { cappingRules, floored, type Left, leftOf, totalOf } from './exact.ts';
import { capFor } from './model.ts';
import { type CategoryTally, type Impact, impactOf, type RuleTally, ruleTally, tally } from './tally.ts';

/**
 * For each finding, in the order given: the score without it minus the score now, in tenths of a point.
 * Only the finding's own category is worked out again, and only once for all findings of a rule that weigh the same.
 */
export function gains(findings: readonly Finding[]): number[] {
  const categories = tally(findings);
  const now = Math.round(totalOf(categories) * 10);
  const lefts = categories.map((category) =>
    leftOf(
      category.points,
      category.rules.map((rule) => rule.factor),
    ),
  );
  const caps = { critical: cappingRules(categories, 'critical').length, high: cappingRules(categories, 'high').length };
  const known = new Map<string, Map<RuleId, Map<string, number>>>(
    categories.map(({ category }) => [category, new Map()]),
  );

  return findings.map((finding) => {
    const impact = impactOf(finding);
    if (!impact) return 0;
    const key = `${impact.weight} ${impact.caps}`;
    const rules = known.get(finding.category)!;
    let answers = rules.get(finding.rule);
    if (!answers) rules.set(finding.rule, (answers = new Map()));
    let gain = answers.get(key);
    if (gain === undefined) {
      gain = (Math.round(without(finding, impact) * 10) - now) / 10;
      answers.set(key, gain);
    }
    return gain;
  });

  function without(finding: Finding, impact: Impact): number {
    const index = categories.findIndex(({ category }) => category === finding.category);
    const category = categories[index]!;
    const old = category.rules.find((rule) => rule.rule === finding.rule)!;
    const next = withoutOne(old, impact);
    const changed = lefts.slice();
    if (next.factor !== old.factor) changed[index] = leftWith(category, old, next);
    return floored(changed, capWith(old, next));
  }

  function capWith(old: RuleTally, next: RuleTally): number {
    const count = (kind: 'critical' | 'high') => caps[kind] - Number(old.caps === kind) + Number(next.caps === kind);
    return capFor(count('critical'), count('high'));
  }
}

/** The rule with one finding of this impact fewer. */
function withoutOne(rule: RuleTally, impact: Impact): RuleTally {
  const at = rule.impacts.findIndex((other) => other.weight === impact.weight && other.caps === impact.caps);
  return ruleTally(rule.rule, rule.impacts.toSpliced(at, 1));
}

function leftWith(category: CategoryTally, old: RuleTally, next: RuleTally): Left {
  return leftOf(
    category.points,
    category.rules.map((rule) => (rule === old ? next.factor : rule.factor)),
  );
}
