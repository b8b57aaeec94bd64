import { compilePattern, matchesPattern } from '../../../rules/pattern.ts';
import type { Verdict } from '../types.ts';

/** Which verdicts go one way. Patterns are those of images: `registry.example.com/team/**`. */
export interface Selection {
  /** Absent: all of them. */
  include?: readonly string[] | undefined;
  exclude?: readonly string[] | undefined;
  /** Only those that failed, or all. */
  on: 'failed' | 'all';
}

/** Whether a verdict goes that way. Patterns are compiled once. */
export function createSelector({ include, exclude = [], on }: Selection): (verdict: Verdict) => boolean {
  const wanted = include?.map(compilePattern);
  const unwanted = exclude.map(compilePattern);
  return (verdict) => {
    if (on === 'failed' && verdict.passed) return false;
    if (wanted && !wanted.some((pattern) => matchesPattern(pattern, verdict))) return false;
    return !unwanted.some((pattern) => matchesPattern(pattern, verdict));
  };
}
