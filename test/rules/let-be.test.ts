import { expect, it } from 'vitest';
import { letBe } from '../../src/rules/let-be.ts';
import { matchesPath } from '../../src/rules/path-pattern.ts';
import type { Policy, SuppressionEntry } from '../../src/types/policy.ts';
import type { Evidence, Finding } from '../../src/types.ts';

const place = (path: string): Evidence => ({ at: 'file', path, layer: 0 });

function finding(rule: string, paths: string[], data: Finding['data'] = {}): Finding {
  const [first, ...rest] = paths.map(place);
  return {
    rule,
    category: 'least-privilege',
    outcome: 'fail',
    severity: 'medium',
    confidence: 'high',
    message: 'm',
    remediation: 'r',
    data,
    evidence: [first!, ...rest],
    fingerprint: `${rule}:${paths.join()}`,
  };
}

function policy(suppressions: Omit<SuppressionEntry, 'where'>[], known?: Policy['known']): Policy {
  return {
    failOn: 'high',
    categories: new Map(),
    rules: new Map(),
    severities: new Map(),
    suppressions: suppressions.map((entry, i) => ({ ...entry, where: `tare.yaml:${i + 1}` })),
    trusted: [],
    ...(known && { known }),
  };
}

const reasons = (findings: Finding[], entries: Omit<SuppressionEntry, 'where'>[], asOf = '2026-11-23') =>
  letBe(findings, policy(entries), asOf).findings.map(({ suppression }) => suppression?.reason);

it('lets be a rule as a whole, and no other', () => {
  expect(reasons([finding('a', ['x']), finding('b', ['x'])], [{ rule: 'a', reason: 'why' }])).toEqual([
    'why',
    undefined,
  ]);
});

it('lets be a finding of many places only where all of them are named', () => {
  const su = { rule: 'a', path: 'bin/su', reason: 'one' };
  const rest = { rule: 'a', path: '/usr/**', reason: 'two' };
  const found = finding('a', ['bin/su', 'usr/bin/passwd']);
  expect(reasons([found], [su])).toEqual([undefined]);
  expect(reasons([found], [su, rest])).toEqual(['one']);
  expect(reasons([{ ...found, data: { moreEvidence: 3 } }], [su, rest])).toEqual([undefined]);
});

it('asks for every condition of an entry', () => {
  const found = finding('a', ['x/y'], { packages: 'curl, wget' });
  expect(reasons([found], [{ rule: 'a', package: 'wget', reason: 'r' }])).toEqual(['r']);
  expect(reasons([found], [{ rule: 'a', package: 'get', reason: 'r' }])).toEqual([undefined]);
  expect(reasons([found], [{ rule: 'a', package: 'wget', path: 'z', reason: 'r' }])).toEqual([undefined]);
  expect(reasons([found], [{ rule: 'a', fingerprint: found.fingerprint, reason: 'r' }])).toEqual(['r']);
  expect(reasons([found], [{ rule: 'a', fingerprint: 'another', reason: 'r' }])).toEqual([undefined]);
});

it('ends with its last day, and says so', () => {
  const entry = { rule: 'a', reason: 'r', expires: '2026-11-23' };
  expect(reasons([finding('a', ['x'])], [entry], '2026-11-23')).toEqual(['r']);
  const { findings, status } = letBe([finding('a', ['x'])], policy([entry]), '2026-11-24');
  expect(findings[0]!.suppression).toBeUndefined();
  expect(status).toEqual([
    {
      part: 'suppression',
      level: 'warning',
      message: expect.stringContaining('tare.yaml:1: the suppression of a expired on 2026-11-23'),
    },
  ]);
});

it('lets be what a baseline knows by rule and fingerprint, and tells what is gone', () => {
  const old = finding('a', ['x']);
  const known = {
    file: 'b.json',
    fingerprints: new Map([
      [old.fingerprint, 'a'],
      ['gone', 'c'],
      ['b:y', 'other-rule'],
    ]),
  };
  const { findings, status } = letBe([old, finding('b', ['y'])], policy([], known), '2026-11-23');
  expect(findings.map(({ suppression }) => suppression?.reason)).toEqual([
    expect.stringContaining('b.json'),
    undefined,
  ]);
  expect(status[0]!.message).toContain('1 of its entries is found no more (c)');
});

it('keeps what the file itself lets be', () => {
  const own = { ...finding('a', ['x']), suppression: { reason: 'in the Dockerfile' } };
  expect(reasons([own], [{ rule: 'a', reason: 'in tare.yaml' }])).toEqual(['in the Dockerfile']);
});

it.each([
  ['usr/bin/su', 'usr/bin/su', true],
  ['/usr/bin/su', 'usr/bin/su', true],
  ['usr/bin/*', 'usr/bin/su', true],
  ['usr/*', 'usr/bin/su', false],
  ['usr/**', 'usr/bin/su', true],
  ['**/su', 'usr/bin/su', true],
  ['**/bin/**', 'usr/bin/su', true],
  ['**', 'a', true],
  ['s?', 'su', true],
  ['su', 'sudo', false],
  ['*', '', false],
  ['a/**/b', 'a/b', true],
])('path pattern %s on %s: %s', (pattern, path, fits) => {
  expect(matchesPath(pattern, path)).toBe(fits);
});

it('takes patterns made to be slow', () => {
  expect(matchesPath(`${'*a'.repeat(500)}b`, 'a'.repeat(4000))).toBe(false);
  expect(matchesPath('**/a/'.repeat(200), `${'a/'.repeat(2000)}b`)).toBe(false);
});
