/** The range of scores that an image from a Dockerfile can reach. */
import type { Facts } from '../types/facts.ts';
import type { Forecast, ForecastLine, GateResult } from '../types/report.ts';
import type { Finding } from '../types.ts';
import { totalOf } from './exact.ts';
import { type GateOptions, gate } from './gate.ts';
import { gradeFor } from './model.ts';
import { score } from './score.ts';
import { tally } from './tally.ts';

/** What an image scan will say, or may say, beside what the file says already. */
export interface Foreseen {
  /** Ids of rules that images are judged by too. */
  shared: ReadonlySet<string>;
  certain: readonly Finding[];
  possible: readonly Finding[];
}

/**
 * High: only what is certain counts, which is faults that the image will show too and what its base is known to bring. Low: what
 * the file leaves open counts as failed as well. Rules for Dockerfiles alone do not score: an image no longer shows their faults.
 */
export function forecast(findings: readonly Finding[], { shared, certain, possible }: Foreseen): Forecast {
  const own = findings.filter(({ rule, category }) => shared.has(rule) && category !== 'hygiene');
  const sure = [...own.filter(({ outcome }) => outcome === 'fail'), ...certain];
  const open = [...own.filter(({ outcome }) => outcome === 'unknown'), ...possible];
  // What is certain may come again as a possibility that is worse: the worse one holds for the low end.
  const worst = [...sure.filter(({ rule }) => !possible.some((other) => other.rule === rule)), ...open];
  const high = totalOf(tally(sure));
  const low = Math.min(high, totalOf(tally(worst)));
  return {
    low,
    high,
    grades: { low: gradeFor(low), high: gradeFor(high) },
    holding: [...lines(sure, high, true), ...lines(worst, low, false, new Set(sure.map(({ rule }) => rule)))],
  };
}

/** What each rule costs at its end of the range; heaviest first. */
function lines(
  findings: readonly Finding[],
  total: number,
  certain: boolean,
  but: ReadonlySet<string> = new Set(),
): ForecastLine[] {
  const out: ForecastLine[] = [];
  for (const rule of new Set(findings.map((finding) => finding.rule))) {
    if (but.has(rule)) continue;
    const without = totalOf(tally(findings.filter((finding) => finding.rule !== rule)));
    const points = Math.round((without - total) * 10) / 10;
    const { category } = findings.find((finding) => finding.rule === rule)!;
    if (points > 0) out.push({ rule, category, points, certain });
  }
  return out.sort((a, b) => b.points - a.points || (a.rule < b.rule ? -1 : 1));
}

/**
 * The gate of a lint: findings as in a scan, the best score within reach against `minScore`, and a file that no builder
 * accepts never passes unless `failOn` is none.
 */
export function lintGate(
  findings: readonly Finding[],
  range: Forecast,
  facts: Facts,
  options: GateOptions,
): GateResult {
  const result = gate(findings, { ...score([]), value: range.high }, options);
  const errors = facts.dockerfile?.known ? facts.dockerfile.value.errors : [];
  if (errors.length === 0 || options.failOn === 'none') return result;
  const first = errors[0]!;
  const refused = `No builder accepts line ${first.line}: ${first.message}`;
  return { ...result, passed: false, reason: result.passed ? refused : `${refused} ${result.reason}` };
}
