/** docs/scoring.md shows a calculation; this does it again from the tables on the page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gains } from '../../src/score/gains.ts';
import { capFor, categoryPoints, gradeFor, severityWeight } from '../../src/score/model.ts';
import { score } from '../../src/score/score.ts';
import type { Finding, Severity } from '../../src/types.ts';
import { finding } from './arbitrary.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/scoring.md'), 'utf8');

/** Rows of the table whose heading row begins with these cells, as text. */
function table(...heading: string[]): string[][] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading.join(' | ')} |`));
  expect(start, `the page has a table ${heading.join(', ')}`).toBeGreaterThan(0);
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const rows = table('rule', 'category', 'severity', 'confidence', 'outcome', 'gain');
const findings = rows.map(([rule, category, severity, confidence, outcome]) => {
  const [, name, weight] = /^(\w+)(?: \((.+)\))?$/.exec(severity!)!;
  return finding({
    rule: rule!,
    category: category as Finding['category'],
    severity: name as Severity,
    confidence: confidence as Finding['confidence'],
    outcome: outcome as Finding['outcome'],
    ...(weight === undefined ? {} : { weight: Number(weight) }),
  });
});

describe('the worked example', () => {
  const result = score(findings);

  test('comes to the result on the page', () => {
    const { value, ceiling, grade } = result;
    expect(page).toContain(`Result: value ${value}, ceiling ${ceiling}, grade ${grade}.`);
  });

  test('leaves of each category what the page says', () => {
    const shown = table('category', 'points', 'factors', 'left').map(([category, points, factors, left]) => {
      const product = factors === '' ? 1 : factors!.split('×').reduce((product, factor) => product * Number(factor), 1);
      expect(product * Number(points)).toBeCloseTo(Number(left), 9);
      return { category, points: Number(points), left: Number(left) };
    });
    expect(shown).toEqual(result.categories);
    const raw = shown.reduce((sum, { left }) => sum + left, 0);
    expect(page).toContain(`They sum to ${Number(raw.toFixed(6))}.`);
  });

  test('has the ledger on the page', () => {
    const shown = table('kind', 'category', 'rules', 'points').map(([kind, category, rules, points]) => ({
      kind,
      ...(category === '' ? {} : { category }),
      rules: rules === '' ? [] : rules!.split(', '),
      points: Number(points),
    }));
    expect(shown).toEqual(result.ledger);
  });

  test('has the gains on the page, in fix-first order', () => {
    expect(gains(findings)).toEqual(rows.map((row) => Number(row[5])));
  });
});

describe('the figures on the page are those of the model', () => {
  test('categories', () => {
    expect(table('category', 'points', 'question').map(([name, points]) => [name, Number(points)])).toEqual(
      categoryPoints,
    );
  });

  test('shares', () => {
    const [shares] = table('severity', ...Object.keys(severityWeight));
    expect(shares!.slice(1).map((share) => Math.round(Number(share) * 100))).toEqual(Object.values(severityWeight));
  });

  test('grades and caps', () => {
    const [from] = table('grade', 'A', 'B', 'C', 'D', 'F');
    expect(from!.slice(1).map((value) => gradeFor(Number(value)))).toEqual(['A', 'B', 'C', 'D', 'F']);
    expect(from!.slice(1, -1).map((value) => gradeFor(Number(value) - 0.1))).toEqual(['B', 'C', 'D', 'F']);
    expect([capFor(0, 0), capFor(0, 3), capFor(1, 3), capFor(2, 0), capFor(11, 0)]).toEqual([100, 89, 49, 44, 0]);
  });
});
