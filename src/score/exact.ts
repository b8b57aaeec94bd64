/** Sums of category points as exact fractions. */
import type { RuleId } from '../types.ts';
import { capFor } from './model.ts';
import { type CategoryTally, unit } from './tally.ts';

/** Points left of 100 under the cap, floored to a tenth: exact, whatever the number of rules. */
export function totalOf(categories: readonly CategoryTally[]): number {
  const lefts = categories.map((category) =>
    leftOf(
      category.points,
      category.rules.map((rule) => rule.factor),
    ),
  );
  return floored(lefts, capOf(categories));
}

/** Points left of a category as an exact fraction. */
export interface Left {
  numerator: bigint;
  /** The denominator is `unit` to this power. */
  power: number;
}

/** W·Πk */
export function leftOf(points: number, ks: readonly bigint[]): Left {
  let numerator = BigInt(points);
  for (const k of ks) numerator *= k;
  return { numerator, power: ks.length };
}

/** min(Σ left, cap), floored to a tenth. */
export function floored(lefts: readonly Left[], cap: number): number {
  const power = Math.max(...lefts.map((left) => left.power));
  let sum = 0n;
  for (const left of lefts) sum += left.numerator * unit ** BigInt(power - left.power);
  const tenths = Number((sum * 10n) / unit ** BigInt(power));
  return Math.min(tenths, cap * 10) / 10;
}

/** The cap that these rules bring, 100 for none. */
export function capOf(categories: readonly CategoryTally[]): number {
  return capFor(cappingRules(categories, 'critical').length, cappingRules(categories, 'high').length);
}

/** Ids of the rules that hold a finding of this kind. */
export function cappingRules(categories: readonly CategoryTally[], caps: 'critical' | 'high'): RuleId[] {
  return categories.flatMap((category) => category.rules.filter((rule) => rule.caps === caps).map((rule) => rule.rule));
}
