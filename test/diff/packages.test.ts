import { expect, test } from 'vitest';
import { comparePackages } from '../../src/diff/packages.ts';
import { compareVersions } from '../../src/versions/compare.ts';

const item = (type: string, name: string, version: string) => ({ type, name, version });

test('packages are added, removed, and changed by the order of their manager', () => {
  const before = [
    item('deb', 'bash', '5.2-1~deb12'),
    item('deb', 'perl', '5.40'),
    item('deb', 'kept', '1'),
    item('rpm', 'openssl', '1:3.0-2'),
    item('apk', 'musl', '1.2.5-r10'),
  ];
  const after = [
    item('deb', 'bash', '5.2-1'),
    item('deb', 'curl', '8'),
    item('deb', 'kept', '1'),
    item('rpm', 'openssl', '3.5-1'),
    item('apk', 'musl', '1.2.5-r9'),
  ];
  expect(comparePackages(before, after)).toEqual({
    added: [item('deb', 'curl', '8')],
    removed: [item('deb', 'perl', '5.40')],
    changed: [
      { type: 'apk', name: 'musl', old: '1.2.5-r10', new: '1.2.5-r9', direction: 'older' },
      { type: 'deb', name: 'bash', old: '5.2-1~deb12', new: '5.2-1', direction: 'newer' },
      // An epoch outweighs every version.
      { type: 'rpm', name: 'openssl', old: '1:3.0-2', new: '3.5-1', direction: 'older' },
    ],
    kept: 1,
  });
});

test('several versions of one name: what both hold cancels out', () => {
  const before = ['1.0.0', '2.0.0', '2.0.0', '10.0.0'].map((version) => item('npm', 'ms', version));
  const after = ['2.0.0', '2.1.0', '10.0.1', '11.0.0'].map((version) => item('npm', 'ms', version));
  expect(comparePackages(before, after)).toEqual({
    added: [item('npm', 'ms', '11.0.0')],
    removed: [],
    changed: [
      { type: 'npm', name: 'ms', old: '1.0.0', new: '2.1.0', direction: 'newer' },
      { type: 'npm', name: 'ms', old: '10.0.0', new: '10.0.1', direction: 'newer' },
    ],
    kept: 1,
  });
});

test.each([
  ['npm', '1.0.0-rc.1', '1.0.0'],
  ['golang', 'v1.9.0', 'v1.10.0'],
  ['pypi', '1.9', '1.10'],
  ['maven', '2.9.Final', '2.10.Final'],
  ['npm', 'x', 'y'],
])('of %s, %s comes before %s', (type, a, b) => {
  expect(compareVersions(type, a, b)).toBeLessThan(0);
  expect(compareVersions(type, b, a)).toBeGreaterThan(0);
});

test('names that every object has are names like any other', () => {
  const odd = [item('npm', '__proto__', '1'), item('npm', 'constructor', '1')];
  expect(comparePackages([], odd).added).toHaveLength(2);
});
