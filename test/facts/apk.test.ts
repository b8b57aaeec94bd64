import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseInstalled } from '../../src/facts/apk.ts';
import { corpus, corpusDir } from '../support/corpus.ts';

describe('the apk database', () => {
  test('reads packages with the paths they own', () => {
    const text =
      'C:Q1x=\nP:musl\nV:1.2.5-r0\nA:x86_64\no:musl\nL:MIT\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\nZ:Q1=\nF:\nR:top\nF:etc/é\n\n' +
      'junk line\n\nP:noversion\n\r\nP:x\r\nV:1\r\nP:y\nV:2\nF:usr/bin\nR:y';
    expect(parseInstalled(text)).toEqual({
      rows: [
        { n: 'musl', v: '1.2.5-r0', a: 'x86_64', o: 'musl', l: 'MIT', f: 'lib/ld-musl-x86_64.so.1\ntop' },
        { n: 'noversion', v: '', a: '', f: '' },
        { n: 'x', v: '1', a: '', f: '' },
        { n: 'y', v: '2', a: '', f: 'usr/bin/y' },
      ],
      skipped: 1,
    });
  });

  test('is not shaken by noise', () => {
    expect(parseInstalled('')).toEqual({ rows: [], skipped: 0 });
    expect(parseInstalled('\n\n\n')).toEqual({ rows: [], skipped: 0 });
    expect(parseInstalled('asdf\n\nyolo').skipped).toBe(2);
    expect(parseInstalled(`P:${'x'.repeat(10_000)}\nV:1\nR:${'y'.repeat(10_000)}`).rows[0]).toMatchObject({
      n: 'x'.repeat(512),
      f: '',
    });
  });
});

/** Where the expected list is not a list of this file. */
const explained: Record<string, { why: string; count: number }> = {
  cdxgen: { why: 'the file has CRLF line ends, and the list stops at the first record for it', count: 15 },
  fossa: { why: 'the file has CRLF line ends, and the list stops at the first record for it', count: 14 },
};

describe.skipIf(!corpusDir)('real apk databases', () => {
  for (const name of corpusDir ? readdirSync(corpus('pkgdb/apk')) : []) {
    test(name, () => {
      const { rows } = parseInstalled(readFileSync(corpus('pkgdb/apk', name, 'installed'), 'utf8'));
      if (explained[name]) return expect(rows.length, explained[name].why).toBe(explained[name].count);
      const expected = readFileSync(corpus('pkgdb/apk', name, 'expected.tsv'), 'utf8')
        .split('\n')
        .slice(1)
        .filter(Boolean);
      const ours = rows.map((row) => [row.n, row.v, row.a, row.o ?? '', row.l ?? ''].join('\t'));
      const theirs = expected
        .map((line) => line.split('\t'))
        .map((cells) => [cells[1], cells[2], cells[3], cells[4], cells[6]].join('\t'));
      expect(ours.sort()).toEqual(theirs.sort());
    });
  }
});
