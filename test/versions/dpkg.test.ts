import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import { compareDpkg } from '../../src/versions/dpkg.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { madeUp, pairs, wrong } from './tables.ts';

/** From deb-version(7) and the versions of real packages. */
const table = `
0 = 0:0
1 < 1:0
1:2 < 2:1
1.0 = 1.0-0
1.0 = 1.00
1.0 < 1.0-1
1.0~ < 1.0
1.0~~ < 1.0~~a
1.0~~a < 1.0~
1.0~ < 1.0
1.0 < 1.0a
1.0a < 1.0+
1.0+ < 1.0.
1.2.3 < 1.2.3-1~bpo12+1
1.2.3-1~bpo12+1 < 1.2.3-1
2.36-9+deb12u4 < 2.36-9+deb12u10
1-2-3 > 1-1-9
09 = 9
1.18446744073709551617 > 1.18446744073709551616
a < b
a > Z
1.a > 1.1
`;

describe('Debian versions', () => {
  test('are ordered as the manual says', () => expect(wrong(pairs(table), compareDpkg)).toEqual([]));

  test.skipIf(!corpusDir)('are ordered as in the table of the corpus', () => {
    const rows = pairs(readFileSync(corpus('versions/debian-versions.txt'), 'utf8'));
    expect(rows.length).toBeGreaterThan(25);
    expect(wrong(rows, compareDpkg)).toEqual([]);
  });

  test.skipIf(!findTool('dpkg'))('are ordered as dpkg on this machine orders them', () => {
    const made = madeUp('0011279aZ~+.-:', 400, (text) => `${text.replaceAll(':', '.').replace(/^\D/, '1')}x`);
    const asked: [string, string][] = [...made, ...pairs(table).map(([a, , b]): [string, string] => [a, b])];
    // One shell for all pairs: a process for each would take the test's time.
    const script =
      'while read -r a b; do dpkg --compare-versions "$a" lt "$b" && echo "<" || { dpkg --compare-versions "$a" eq "$b" && echo "=" || echo ">"; }; done';
    const ran = spawnSync('sh', ['-c', script], {
      input: `${asked.map((pair) => pair.join(' ')).join('\n')}\n`,
      encoding: 'utf8',
    });
    const answers = ran.stdout.trim().split('\n');
    expect(answers).toHaveLength(asked.length);
    expect(new Set(answers)).toEqual(new Set(['<', '=', '>']));
    expect(
      wrong(
        asked.map(([a, b], i): [string, string, string] => [a, answers[i]!, b]),
        compareDpkg,
      ),
    ).toEqual([]);
  });

  test('of any length and kind are compared in passing', () => {
    for (const text of ['', ':', '-', '~'.repeat(50_000), '1'.repeat(50_000), '.1'.repeat(50_000), '\u{1f600}'])
      expect(compareDpkg(text, text)).toBe(0);
  });
});
