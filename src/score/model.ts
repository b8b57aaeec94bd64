/** The figures of `baseline@1`. A change to any of them is a new baseline (docs/scoring.md). */

import type { Grade } from '../types/report.ts';
import type { Category, Severity } from '../types.ts';

/** A category that scores: every one but `hygiene`. */
export type ScoredCategory = Exclude<Category, 'hygiene'>;

/** Points of each category, in the order of reports; they sum to 100. */
export const categoryPoints: readonly (readonly [ScoredCategory, number])[] = [
  ['minimal-base', 15],
  ['unnecessary-software', 15],
  ['least-privilege', 25],
  ['secrets-and-data', 20],
  ['trusted-source', 15],
  ['immutability', 10],
];

/** Share of what is left that one finding takes, in hundredths. */
export const severityWeight: Readonly<Record<Severity, number>> = {
  critical: 80,
  high: 50,
  medium: 25,
  low: 10,
  info: 0,
};

/** How many findings of one rule count. */
export const heaviestPerRule = 3;

/** The most an image can score with this many rules that hold a critical, and this many that hold a high. */
export function capFor(criticalRules: number, highRules: number): number {
  if (criticalRules > 0) return Math.max(0, 49 - 5 * (criticalRules - 1));
  return highRules > 0 ? 89 : 100;
}

export function gradeFor(value: number): Grade {
  if (value >= 90) return 'A';
  if (value >= 80) return 'B';
  if (value >= 70) return 'C';
  return value >= 50 ? 'D' : 'F';
}
