import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareApk } from '../../src/versions/apk.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { pairs, wrong } from './tables.ts';

/** From the package format and its corners. */
const table = `
1 < 2
1.9 < 1.10
1.0 < 1.0.0
1.0 < 1.0a
1.0a < 1.0b
1.0a > 1.0-r9
1.0_alpha < 1.0_beta
1.0_beta < 1.0_pre
1.0_pre < 1.0_rc
1.0_rc9 < 1.0
1.0_rc1 < 1.0_rc1_p1
1.0 < 1.0_cvs
1.0_cvs < 1.0_svn
1.0_svn < 1.0_git
1.0_git20240101 < 1.0_git20240102
1.0_git < 1.0_hg
1.0_hg < 1.0_p
1.0_p < 1.0_p1
1.0_p1 < 1.0.1
1.0-r0 < 1.0-r1
1.0-r9 < 1.0-r10
1.0_rc1-r5 < 1.0-r0
1.0 < 1.0-r0
1.01 < 1.1
1.2.03 < 1.2.1
1.0~abc < 1.0~abd
01 = 1
1.36.1-r29 < 1.37.0-r0
`;

describe('Alpine versions', () => {
  test('are ordered as apk-tools orders them', () => expect(wrong(pairs(table), compareApk)).toEqual([]));

  test.skipIf(!corpusDir)('are ordered as in the table of the corpus, made from Alpine’s own packages', () => {
    const rows = pairs(readFileSync(corpus('versions/alpine-versions-generated.txt'), 'utf8'));
    expect(rows.length).toBeGreaterThan(10_000);
    expect(wrong(rows, compareApk)).toEqual([]);
  });

  test('that depart from the form are compared as far as they keep to it', () => {
    expect(compareApk('1.2x!', '1.3')).toBeLessThan(0);
    expect(compareApk('x', 'y')).toBe(0);
    expect(compareApk('1.2_odd', '1.2')).toBeLessThan(0);
  });

  test('of any length and kind are compared in passing', () => {
    for (const text of ['', '-', '_p'.repeat(50_000), '1'.repeat(50_000), '1.1'.repeat(50_000)])
      expect(compareApk(text, text)).toBe(0);
  });
});
