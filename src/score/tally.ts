/**
 * Findings gathered by category and rule, as whole numbers.
 * Weights are hundredths, a rule's factor is a whole number of millionths (three weights), and products are BigInt:
 * nothing is ever rounded on the way, so neither the order of findings nor binary fractions can move a score.
 */

import { countedSeverity } from '../types/severity.ts';
import type { Finding, RuleId } from '../types.ts';
import { categoryPoints, heaviestPerRule, type ScoredCategory, severityWeight } from './model.ts';

/** One whole: a rule factor of `unit` loses nothing. */
export const unit = 1_000_000n;

/** What a finding does to the score: weight in hundredths, and whether it caps. */
export interface Impact {
  weight: number;
  caps: 'critical' | 'high' | undefined;
}

export interface RuleTally {
  rule: RuleId;
  impacts: Impact[];
  /** Rule factor k in millionths. */
  factor: bigint;
  caps: Impact['caps'];
}

export interface CategoryTally {
  category: ScoredCategory;
  points: number;
  /** Heaviest loss first: by factor, then id. */
  rules: RuleTally[];
}

/** The tally of all scoring findings; a category without any has no rules. */
export function tally(findings: readonly Finding[]): CategoryTally[] {
  const byCategory = new Map<string, Map<RuleId, Impact[]>>();
  for (const finding of findings) {
    const impact = impactOf(finding);
    if (!impact) continue;
    let rules = byCategory.get(finding.category);
    if (!rules) byCategory.set(finding.category, (rules = new Map()));
    const impacts = rules.get(finding.rule);
    if (impacts) impacts.push(impact);
    else rules.set(finding.rule, [impact]);
  }
  return categoryPoints.map(([category, points]) => ({
    category,
    points,
    rules: [...(byCategory.get(category) ?? [])].map(([rule, impacts]) => ruleTally(rule, impacts)).sort(byLoss),
  }));
}

/** Undefined for a finding that does not score: hygiene, low confidence, no weight, a user's own rule. */
export function impactOf(finding: Finding): Impact | undefined {
  if (finding.category === 'hygiene' || finding.confidence === 'low' || finding.gateOnly) return undefined;
  const severity = countedSeverity(finding);
  const weight = finding.weight === undefined ? severityWeight[severity] : hundredths(finding.weight);
  if (weight === 0) return undefined;
  return { weight, caps: severity === 'critical' || severity === 'high' ? severity : undefined };
}

/** The rule's factor and cap over these impacts; `impacts` is sorted in place, heaviest first. */
export function ruleTally(rule: RuleId, impacts: Impact[]): RuleTally {
  impacts.sort((a, b) => b.weight - a.weight);
  return { rule, impacts, factor: factorOf(impacts), caps: capsOf(impacts) };
}

/** Π(1−w) over the three heaviest of impacts sorted heaviest first, in millionths. */
function factorOf(impacts: readonly Impact[]): bigint {
  let factor = 1;
  for (let i = 0; i < heaviestPerRule; i++) factor *= 100 - (impacts[i]?.weight ?? 0);
  return BigInt(factor);
}

function capsOf(impacts: readonly Impact[]): Impact['caps'] {
  if (impacts.some((impact) => impact.caps === 'critical')) return 'critical';
  return impacts.some((impact) => impact.caps === 'high') ? 'high' : undefined;
}

/** A measured weight is given to two decimals; one that is no number counts as the worst. */
function hundredths(weight: number): number {
  if (Number.isNaN(weight)) return 100;
  return Math.round(Math.min(1, Math.max(0, weight)) * 100);
}

function byLoss(a: RuleTally, b: RuleTally): number {
  if (a.factor !== b.factor) return a.factor < b.factor ? -1 : 1;
  return a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0;
}
