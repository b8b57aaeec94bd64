import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gains } from '../../src/score/gains.ts';
import { categoryPoints } from '../../src/score/model.ts';
import { score } from '../../src/score/score.ts';
import type { Score } from '../../src/types/report.ts';
import type { Finding } from '../../src/types.ts';
import { arbitraryFinding, arbitraryFindings, finding } from './arbitrary.ts';

/** A decimal of at most six places as a whole number of millionths; fails where it has more. */
function millionths(points: number): number {
  const whole = Math.round(points * 1e6);
  expect(whole / 1e6).toBe(points);
  return whole;
}

function lost(result: Score, ...kinds: string[]): number {
  return result.ledger
    .filter((line) => kinds.includes(line.kind))
    .reduce((sum, line) => sum + millionths(line.points), 0);
}

/** The model of SCORING.md written down once more, plainly and in floating point. */
function plainly(findings: Finding[]): number {
  const weights = { critical: 0.8, high: 0.5, medium: 0.25, low: 0.1, info: 0 };
  let raw = 0;
  const critical = new Set<string>();
  const high = new Set<string>();
  for (const [category, points] of categoryPoints) {
    const rules = new Map<string, number[]>();
    for (const one of findings) {
      if (one.category !== category || one.confidence === 'low') continue;
      const severity = one.severity === 'critical' && one.confidence === 'medium' ? 'high' : one.severity;
      const weight = one.weight ?? weights[severity];
      if (weight === 0) continue;
      rules.set(one.rule, [...(rules.get(one.rule) ?? []), weight]);
      if (severity === 'critical') critical.add(one.rule);
      if (severity === 'high') high.add(one.rule);
    }
    let left = points;
    for (const list of rules.values()) {
      for (const weight of list.sort((a, b) => b - a).slice(0, 3)) left *= 1 - weight;
    }
    raw += left;
  }
  const cap = critical.size > 0 ? Math.max(0, 49 - 5 * (critical.size - 1)) : high.size > 0 ? 89 : 100;
  return Math.min(raw, cap);
}

const property = (name: string, predicate: (findings: Finding[]) => void) =>
  test(name, () => fc.assert(fc.property(arbitraryFindings, predicate), { numRuns: 300 }));

describe('the model', () => {
  property('is the arithmetic of the page', (findings) => {
    const { value } = score(findings);
    const raw = plainly(findings);
    expect(Math.abs(value + 0.05 - raw)).toBeLessThan(0.05 + 1e-9);
  });

  test('grades by value', () => {
    const graded = (weight: number, category: Finding['category']) =>
      score([finding({ rule: 'r', category, severity: 'low', weight })]);
    expect(graded(0.4, 'least-privilege')).toMatchObject({ value: 90, grade: 'A' });
    expect(graded(0.41, 'least-privilege')).toMatchObject({ value: 89.7, grade: 'B' });
    expect(graded(0.8, 'least-privilege')).toMatchObject({ value: 80, grade: 'B' });
    expect(graded(0.81, 'least-privilege')).toMatchObject({ value: 79.7, grade: 'C' });
    const two = (weight: number) =>
      score([
        finding({ rule: 'a', category: 'least-privilege', severity: 'low', weight: 1 }),
        finding({ rule: 'b', category: 'secrets-and-data', severity: 'low', weight }),
      ]);
    expect(two(0.25)).toMatchObject({ value: 70, grade: 'C' });
    expect(two(0.26)).toMatchObject({ value: 69.8, grade: 'D' });
  });

  test('counts the three heaviest findings of a rule and no more', () => {
    const of = (...severities: Finding['severity'][]) =>
      score(severities.map((severity) => finding({ rule: 'r', category: 'least-privilege', severity })));
    expect(of('low').value).toBe(97.5);
    expect(of('low', 'low', 'low').value).toBe(93.2);
    expect(of('low', 'low', 'low', 'low', 'info').value).toBe(93.2);
    expect(of('low', 'low', 'low', 'medium').value).toBe(90.1);
  });

  test('caps an image that holds a high at 89 and one that holds a critical at 49, less five for each further rule', () => {
    const high = finding({ rule: 'h', category: 'immutability', severity: 'high' });
    expect(score([high])).toMatchObject({ value: 89, grade: 'B' });
    const criticals = (count: number) =>
      Array.from({ length: count }, (_, i) =>
        finding({ rule: `c${i}`, category: 'immutability', severity: 'critical' }),
      );
    expect(score([...criticals(1), ...criticals(1)]).value).toBe(49);
    expect(score(criticals(2)).value).toBe(44);
    expect(score(criticals(3)).value).toBe(39);
    expect(score(criticals(10)).value).toBe(4);
    expect(score(criticals(12))).toMatchObject({ value: 0, grade: 'F' });
  });

  test('takes a critical of medium confidence for a high, and leaves low confidence and hygiene out', () => {
    const critical = finding({ rule: 'c', category: 'secrets-and-data', severity: 'critical' });
    expect(score([critical]).value).toBe(49);
    expect(score([{ ...critical, confidence: 'medium' }]).value).toBe(89);
    expect(score([{ ...critical, confidence: 'low' }]).value).toBe(100);
    expect(score([{ ...critical, category: 'hygiene' }]).value).toBe(100);
  });

  test('a weight of zero neither scores nor caps', () => {
    expect(score([finding({ rule: 'r', category: 'immutability', severity: 'high', weight: 0 })]).value).toBe(100);
  });

  test('meets the reference figures of minimal-base', () => {
    const lostTo = (weight: number) =>
      score([finding({ rule: 'os-footprint', category: 'minimal-base', severity: 'low', weight })]).value;
    expect(lostTo(0.05)).toBe(99.2);
    expect(lostTo(0.29)).toBe(95.6);
    expect(lostTo(0.61)).toBe(90.8);
  });
});

describe('the two ends', () => {
  test('an image in which nothing is found scores 100', () => {
    expect(score([])).toEqual({
      value: 100,
      ceiling: 100,
      grade: 'A',
      categories: categoryPoints.map(([category, points]) => ({ category, points, left: points })),
      ledger: [],
    });
  });

  test('the same image with a private key is an F at 49', () => {
    const key = finding({ rule: 'private-key', category: 'secrets-and-data', severity: 'critical' });
    const result = score([key]);
    expect(result).toMatchObject({ value: 49, ceiling: 49, grade: 'F' });
    expect(result.ledger).toEqual([
      { category: 'secrets-and-data', rules: ['private-key'], points: 16, kind: 'rule' },
      { rules: ['private-key'], points: 35, kind: 'cap' },
    ]);
    expect(gains([key])).toEqual([51]);
  });
});

describe('the ledger', () => {
  property('sums to 100 less the value, and its rule lines to 100 less raw, exactly', (findings) => {
    const result = score(findings);
    const raw = result.categories.reduce((sum, category) => sum + millionths(category.left), 0);
    expect(lost(result, 'rule')).toBe(100e6 - raw);
    expect(lost(result, 'rule', 'cap', 'rounding')).toBe(100e6 - millionths(result.value));
    for (const line of result.ledger) expect(line.points).toBeGreaterThan(0);
  });

  property('accounts for each category', (findings) => {
    const result = score(findings);
    for (const { category, points, left } of result.categories) {
      const lines = result.ledger.filter((line) => line.category === category);
      const sum = lines.reduce((total, line) => total + millionths(line.points), 0);
      expect(millionths(left)).toBe(points * 1e6 - sum);
      expect(left).toBeGreaterThanOrEqual(0);
    }
  });

  test('orders a category by loss, then by id, and names the rules that cap', () => {
    const of = (rule: string, severity: Finding['severity']) =>
      finding({ rule, category: 'least-privilege', severity });
    const { ledger } = score([of('z', 'low'), of('b', 'medium'), of('a', 'medium'), of('y', 'high'), of('x', 'high')]);
    expect(ledger).toEqual([
      { category: 'least-privilege', rules: ['x'], points: 12.5, kind: 'rule' },
      { category: 'least-privilege', rules: ['y'], points: 6.25, kind: 'rule' },
      { category: 'least-privilege', rules: ['a'], points: 1.5625, kind: 'rule' },
      { category: 'least-privilege', rules: ['b'], points: 1.171875, kind: 'rule' },
      { category: 'least-privilege', rules: ['z'], points: 0.351562, kind: 'rule' },
      { rules: [], points: 0.064063, kind: 'rounding' },
    ]);
    const two = ['n', 'm'].map((rule) => finding({ rule, category: 'immutability', severity: 'high', weight: 0.01 }));
    expect(score(two).ledger.find((line) => line.kind === 'cap')).toMatchObject({ rules: ['m', 'n'] });
  });
});

describe('properties of SCORING.md', () => {
  test('deterministic, and the order of findings does not matter', () => {
    const shuffled = arbitraryFindings.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const before = structuredClone(one);
        expect(score(other)).toEqual(score(one));
        expect(one).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  property('monotone: removing a finding never lowers the score', (findings) => {
    const { value, ceiling } = score(findings);
    for (let i = 0; i < findings.length; i++) {
      const without = score(findings.toSpliced(i, 1));
      expect(without.value).toBeGreaterThanOrEqual(value);
      expect(without.ceiling).toBeGreaterThanOrEqual(ceiling);
    }
  });

  test('monotone: a smaller measured weight never lowers the score', () => {
    const input = fc.tuple(arbitraryFindings, arbitraryFinding, fc.nat({ max: 100 }), fc.nat({ max: 100 }));
    fc.assert(
      fc.property(input, ([rest, measured, a, b]) => {
        const at = (hundredths: number) => score([...rest, { ...measured, weight: hundredths / 100 }]).value;
        expect(at(Math.min(a, b))).toBeGreaterThanOrEqual(at(Math.max(a, b)));
      }),
      { numRuns: 300 },
    );
  });

  property('unknown counts as failed', (findings) => {
    const failed = score(findings.map((one) => ({ ...one, outcome: 'fail' as const })));
    const { ceiling, ...rest } = score(findings);
    expect({ ...rest, ceiling: rest.value }).toEqual(failed);
    expect(failed.ceiling).toBe(failed.value);
    expect(ceiling).toBe(score(findings.filter((one) => one.outcome === 'fail')).value);
  });

  test('more evidence never lowers the value: an unknown turns out to be a fault like it, a lighter one, or none', () => {
    const input = fc.tuple(arbitraryFindings, fc.infiniteStream(fc.constantFrom('none', 'lighter', 'same', 'unknown')));
    fc.assert(
      fc.property(input, ([findings, answers]) => {
        const answered = findings.flatMap((one) => {
          if (one.outcome !== 'unknown') return [one];
          const answer = answers.next().value;
          if (answer === 'none') return [];
          if (answer === 'unknown') return [one];
          const known = { ...one, outcome: 'fail' as const };
          return [answer === 'same' ? known : { ...known, severity: 'info' as const, weight: 0 }];
        });
        const [before, after] = [score(findings), score(answered)];
        expect(after.value).toBeGreaterThanOrEqual(before.value);
        expect(after.value).toBeLessThanOrEqual(before.ceiling);
        expect(after.ceiling).toBeLessThanOrEqual(before.ceiling);
      }),
      { numRuns: 300 },
    );
  });

  property('a suppression does not move the score', (findings) => {
    const bare = findings.map(({ suppression: _, ...one }) => one);
    expect(score(findings)).toEqual(score(bare));
    expect(gains(findings)).toEqual(gains(bare));
  });
});

describe('gains', () => {
  property('are what the score says of the findings without each', (findings) => {
    const { value } = score(findings);
    const expected = findings.map((_, i) => Math.round((score(findings.toSpliced(i, 1)).value - value) * 10) / 10);
    expect(gains(findings)).toEqual(expected);
  });

  test('are worked out for tens of thousands of findings', () => {
    const rules = Array.from({ length: 60 }, (_, i) => arbitraryRule(i));
    const many = Array.from({ length: 50_000 }, (_, i) => rules[i % rules.length]!);
    const result = gains(many);
    expect(result).toHaveLength(many.length);
    expect(result.every((gain) => gain === 0)).toBe(true);
  });
});

function arbitraryRule(i: number): Finding {
  const category = categoryPoints[i % categoryPoints.length]![0];
  return finding({ rule: `rule-${i}`, category, severity: i % 7 === 0 ? 'critical' : 'low' });
}
