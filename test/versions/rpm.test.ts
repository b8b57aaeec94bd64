import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import { compareRpm, compareRpmPart } from '../../src/versions/rpm.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { madeUp, pairs, wrong } from './tables.ts';

/** From rpm-version(7), and its corners. */
const parts = `
1.0~rc1 < 1.0
1.0 < 1.0^git1
1.0^git1 < 1.0.1
1.0^git1~pre < 1.0^git1
1.0~rc1^git1 > 1.0~rc1
2_0 = 2.0
1.05 = 1.5
1.a < 1.1
1a > 1
fc4 < fc5
18446744073709551617 > 18446744073709551616
`;
const whole = `
1:1.0-1 > 2.0-1
0:1.0-1 = 1.0-1
1.0-1.el8 < 1.0-1.el9
1.0-9 < 1.0-10
1.0 < 1.0-1
:1 = 0:1
1.2-3-4 < 1.2-4-1
`;

describe('rpm versions', () => {
  test('are ordered as the manual says', () => {
    expect(wrong(pairs(parts), compareRpmPart)).toEqual([]);
    expect(wrong(pairs(parts), compareRpm)).toEqual([]);
    expect(wrong(pairs(whole), compareRpm)).toEqual([]);
  });

  test.skipIf(!corpusDir)('are ordered as in the tables of the corpus', () => {
    const evr = pairs(readFileSync(corpus('versions/redhat-versions.txt'), 'utf8'));
    const vercmp = pairs(readFileSync(corpus('versions/claircore-rpmvercmp.txt'), 'utf8'));
    expect([evr.length > 100, vercmp.length > 100]).toEqual([true, true]);
    expect(wrong(evr, compareRpm)).toEqual([]);
    expect(wrong(vercmp, compareRpmPart)).toEqual([]);
  });

  test.skipIf(!findTool('rpm'))('are ordered as rpm on this machine orders them', () => {
    const asked: [string, string][] = [
      ...madeUp('0011279aZ~^_.', 600, (text) => text),
      ...madeUp('0129a~^.-:', 400, (text) => `1${text}`),
      ...[...pairs(parts), ...pairs(whole)].map(([a, , b]): [string, string] => [a, b]),
    ];
    const list = asked.map(([a, b]) => `{'${a}','${b}'}`).join(',');
    const ran = spawnSync(
      'rpm',
      ['--eval', `%{lua:for _,p in ipairs({${list}}) do print(rpm.vercmp(p[1],p[2])..' ') end}`],
      {
        encoding: 'utf8',
      },
    );
    const answers = ran.stdout
      .trim()
      .split(/\s+/)
      .map((value) => ({ '-1': '<', '0': '=', '1': '>' })[value] ?? value);
    expect(answers).toHaveLength(asked.length);
    expect(new Set(answers)).toEqual(new Set(['<', '=', '>']));
    expect(
      wrong(
        asked.map(([a, b], i): [string, string, string] => [a, answers[i]!, b]),
        compareRpm,
      ),
    ).toEqual([]);
  });

  test('of any length and kind are compared in passing', () => {
    for (const text of ['', ':', '-', '~'.repeat(50_000), '^'.repeat(50_000), '1'.repeat(50_000), '.1'.repeat(50_000)])
      expect(compareRpm(text, text)).toBe(0);
  });
});
