import { expect, test } from 'vitest';
import { diffReports } from '../../src/diff/diff.ts';
import type { ImageReport, ReportFinding } from '../../src/types/report.ts';
import * as fixtures from '../report/fixtures.ts';

// Each making numbers its fingerprints anew.
const made = {
  debian: fixtures.debianService(),
  neglected: fixtures.neglectedServer(),
  static: fixtures.staticBinary(),
};
const debianService = () => structuredClone(made.debian);
const neglectedServer = () => structuredClone(made.neglected);
const staticBinary = () => structuredClone(made.static);
const options = { failOn: 'high', version: '1.2.3' } as const;
const finding = (changes: Partial<ReportFinding> = {}): ReportFinding => ({
  ...debianService().findings[0]!,
  ...{ rule: 'made', fingerprint: 'made', severity: 'high', confidence: 'high', outcome: 'fail' },
  category: 'least-privilege',
  ...changes,
});
const withFinding = (added: ReportFinding): ImageReport => {
  const report = debianService();
  return { ...report, findings: [...report.findings, added] };
};

test('an image is not worse than itself', () => {
  const diff = diffReports(debianService(), debianService(), options);
  expect(diff).toMatchObject({ worse: false, reasons: [], score: { change: 0 }, findings: { added: [], gone: [] } });
  expect(diff.packages).toMatchObject({ added: [], removed: [], changed: [] });
  expect(diff.findings.kept).toBe(debianService().findings.length);
  expect(diff.categories.every(({ change }) => change === 0)).toBe(true);
});

test('what one way is new is gone the other way', () => {
  const one = diffReports(debianService(), neglectedServer(), options);
  const back = diffReports(neglectedServer(), debianService(), options);
  expect(one.findings.added).toEqual(back.findings.gone);
  expect(one.findings.gone).toEqual(back.findings.added);
  expect(one.packages.added).toEqual(back.packages.removed);
  expect(one.score.change).toBe(-back.score.change);
  expect([one.worse, back.worse]).toEqual([true, false]);
  expect(one.reasons[0]).toMatch(/^The score fell by \d+\.\d\.$/);
});

test.each<[string, Partial<ReportFinding>, boolean]>([
  ['a high one', {}, true],
  ['a critical one', { severity: 'critical' }, true],
  ['a medium one', { severity: 'medium' }, false],
  ['one of low confidence', { confidence: 'low' }, false],
  ['an unknown', { outcome: 'unknown' }, false],
  ['one that a ruleset lets be', { suppression: { reason: 'known' } }, false],
  ['one of Dockerfile quality', { category: 'hygiene' }, false],
])('%s makes it worse or not', (_, changes, worse) => {
  const diff = diffReports(debianService(), withFinding(finding(changes)), options);
  expect(diff.worse).toBe(worse);
  expect(diff.findings.added.map(({ rule }) => rule)).toEqual(['made']);
});

test('a finding whose place moved is the same finding, as long as it says the same', () => {
  const there = withFinding(finding({ message: 'Runs as root', fingerprint: 'one' }));
  const moved = (changes: Partial<ReportFinding> = {}) =>
    withFinding(finding({ message: 'Runs as root', fingerprint: 'two', ...changes }));
  expect(diffReports(there, moved(), options)).toMatchObject({ worse: false, findings: { added: [], gone: [] } });
  for (const other of [{ message: 'Runs as another' }, { severity: 'critical' }, { rule: 'other' }] as const)
    expect(diffReports(there, moved(other), options)).toMatchObject({
      worse: true,
      findings: { gone: [{ rule: 'made' }] },
    });
  // One that was let be does not excuse one that is not, and one that went excuses one that came.
  const letBe = withFinding(finding({ fingerprint: 'one', suppression: { reason: 'known' } }));
  expect(diffReports(letBe, moved(), options).worse).toBe(true);
  const twice = moved();
  twice.findings.push(finding({ message: 'Runs as root', fingerprint: 'three' }));
  expect(diffReports(there, twice, options).findings.added).toHaveLength(1);
});

test('from which severity on is the user’s to say', () => {
  const after = withFinding(finding({ severity: 'medium' }));
  expect(diffReports(debianService(), after, { ...options, failOn: 'medium' }).reasons).toEqual([
    'A new finding is medium or heavier: made.',
  ]);
  expect(diffReports(debianService(), withFinding(finding()), { ...options, failOn: 'none' }).worse).toBe(false);
});

test('tenths are exact', () => {
  const of = (value: number): ImageReport => {
    const report = staticBinary();
    return { ...report, score: { ...report.score, value } };
  };
  expect(diffReports(of(70), of(70.1), options).score).toEqual({ old: 70, new: 70.1, change: 0.1 });
  expect(diffReports(of(90.3), of(89.9), options).score.change).toBe(-0.4);
});

test('notes say what makes the two hard to compare', () => {
  const after = debianService();
  after.ruleset = { ...after.ruleset, version: 'other', asOf: '2020-01-01' };
  after.status = [{ part: 'packages', level: 'warning', message: 'the rpm database cannot be read' }];
  const { notes } = diffReports(debianService(), after, options);
  expect(notes.join('\n')).toMatch(/different rules[\s\S]*different days[\s\S]*new image are not all known/);
});
