import { describe, expect, test } from 'vitest';
import { globMatches, nameMatcher, prefixMatcher } from '../../src/facts/glob.ts';

describe('globs', () => {
  test.each([
    ['a', 'a', true],
    ['a', 'ab', false],
    ['a*', 'a', true],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'a', false],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxcyyb', false],
    ['*', '', true],
    ['a*a', 'a', false],
    ['x*-*-y', 'x--y', true],
    ['ab*b*b', 'abb', false],
  ])('%s on %s: %s', (pattern, text, want) => expect(globMatches(pattern, text)).toBe(want));

  test('take no time on a hostile name', () => {
    expect(globMatches(`${'a*'.repeat(50)}b`, 'a'.repeat(200_000))).toBe(false);
  });

  test('names: exact ones first', () => {
    const match = nameMatcher([
      { patterns: ['python3*'], value: 'glob' },
      { patterns: ['python3-apt'], value: 'exact' },
    ]);
    expect([match('python3-apt'), match('python3.13'), match('perl'), match('__proto__')]).toEqual([
      'exact',
      'glob',
      undefined,
      undefined,
    ]);
  });

  test('prefixes: whole segments, the longest wins', () => {
    const match = prefixMatcher([
      { prefix: 'usr', value: 1 },
      { prefix: 'usr/local', value: 2 },
      { prefix: 'usr/lib/python3.*', value: 3 },
    ]);
    expect(
      ['usr/bin/a', 'usr/local/bin/a', 'usr/locale', 'usr/lib/python3.13/os.py', 'usr', 'user/x', ''].map(match),
    ).toEqual([1, 2, 1, 3, 1, undefined, undefined]);
  });
});
