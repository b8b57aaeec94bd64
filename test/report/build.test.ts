import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildReport, type ReportInput } from '../../src/report/build.ts';
import { gains } from '../../src/score/gains.ts';
import { gate } from '../../src/score/gate.ts';
import { score } from '../../src/score/score.ts';
import type { Package } from '../../src/types/facts.ts';
import type { LanguagePackage } from '../../src/types/inventory.ts';
import type { Finding } from '../../src/types.ts';
import { arbitraryFindings, finding } from '../score/arbitrary.ts';
import { debianService } from './fixtures.ts';

function build(findings: Finding[], part: Partial<ReportInput> = {}) {
  const result = score(findings);
  return buildReport({
    version: '1.2.3',
    target: { name: 'x', kind: 'oci-dir', layers: debianService().target.layers },
    ruleset: { name: 'baseline@1', version: 'abc', asOf: '2026-11-01' },
    distro: { known: false, reason: 'os-release could not be read.' },
    packages: { known: true, value: [], evidence: [] },
    findings,
    score: result,
    gains: gains(findings),
    gate: gate(findings, result, { failOn: 'high' }),
    status: [],
    ...part,
  });
}

test('gives each finding its gain, and puts the one that gains most first', () => {
  fc.assert(
    fc.property(arbitraryFindings, (findings) => {
      const before = structuredClone(findings);
      const built = build(findings).findings;
      expect(findings).toEqual(before);
      expect(built).toHaveLength(findings.length);
      const order = ['critical', 'high', 'medium', 'low', 'info'];
      const heavy = (one: Finding) =>
        order.indexOf(one.severity === 'critical' && one.confidence !== 'high' ? 'high' : one.severity);
      for (const [i, next] of built.slice(1).entries()) {
        const one = built[i]!;
        expect(one.gain).toBeGreaterThanOrEqual(next.gain);
        if (one.gain !== next.gain) continue;
        expect(heavy(one)).toBeLessThanOrEqual(heavy(next));
        if (heavy(one) === heavy(next)) expect(one.rule <= next.rule).toBe(true);
      }
    }),
  );
});

test('keeps each gain with its finding', () => {
  const findings = [
    finding({ rule: 'low', category: 'immutability', severity: 'low' }),
    finding({ rule: 'medium', category: 'least-privilege', severity: 'medium' }),
  ];
  expect(build(findings).findings.map(({ rule, gain }) => [rule, gain])).toEqual([
    ['medium', 6.3],
    ['low', 1],
  ]);
});

test('sums what the layers take as stored', () => {
  const { target } = build([]);
  expect(target.size).toBe(target.layers.reduce((sum, layer) => sum + layer.storedSize, 0));
  expect(target).not.toHaveProperty('digest');
});

test('says what is not known, once', () => {
  const one = build([]);
  expect(one.distro).toBeNull();
  expect(one.status).toEqual([{ part: 'distro', level: 'warning', message: 'os-release could not be read.' }]);
  const told = { part: 'packages', level: 'error', message: 'Said before.' } as const;
  const two = build([], { packages: { known: false, reason: 'torn' }, status: [told] });
  expect(two.packages).toEqual([]);
  expect(two.status.filter(({ part }) => part === 'packages')).toEqual([told]);
});

test('lists packages by type and name, without what only rules need', () => {
  const pack = (name: string, type: string): Package => ({
    name,
    type,
    version: '1',
    layer: 0,
    size: 1,
    purl: `pkg:${type}/${name}@1`,
    database: 'lib/apk/db/installed',
    essential: true,
  });
  const packages = [pack('z', 'apk'), pack('a', 'npm'), pack('b', 'apk')];
  const built = build([], { packages: { known: true, value: packages, evidence: [] } }).packages;
  expect(built.map(({ name }) => name)).toEqual(['b', 'z', 'a']);
  expect(Object.keys(built[0]!)).toEqual(['name', 'version', 'size', 'layer', 'type', 'purl']);
  expect(packages.map(({ name }) => name)).toEqual(['z', 'a', 'b']);
});

test('lists language packages with the others, each version of a layer once', () => {
  const one: LanguagePackage = {
    ...{ name: 'ms', version: '2.0.0', type: 'npm' as const, purl: 'pkg:npm/ms@2.0.0', layer: 1, size: 5 },
    ...{ location: 'a/node_modules/ms/package.json', licence: 'MIT', dev: true },
  };
  const value = [
    one,
    { ...one, location: 'b/node_modules/ms/package.json', dev: false, size: 7 },
    { ...one, layer: 2 },
  ];
  const { packages, status } = build([], { languagePackages: { known: true, value, evidence: [] } });
  const rest = { name: 'ms', version: '2.0.0', type: 'npm', purl: 'pkg:npm/ms@2.0.0', licence: 'MIT' };
  expect(packages).toEqual([
    { ...rest, layer: 1, size: 12 },
    { ...rest, layer: 2, size: 5, dev: true },
  ]);
  expect(status.map(({ part }) => part)).toEqual(['distro']);
  expect(build([], { languagePackages: { known: false, reason: 'No.' } }).status.map(({ part }) => part)).toEqual([
    'distro',
    'language-packages',
  ]);
});
