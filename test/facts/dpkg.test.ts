import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dpkgCollector, hasFiles, parseStatus } from '../../src/facts/dpkg.ts';
import { corpus, corpusDir } from '../support/corpus.ts';

const bytes = (text: string) => ({ bytes: Buffer.from(text), truncated: false });
const entry = (path: string) => ({
  path,
  type: 'file' as const,
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 1,
  layer: 0,
  mtime: 0,
});

describe('the dpkg database', () => {
  test('reads every stanza with a name, whatever its state', () => {
    const { rows, skipped } = parseStatus(
      'Package: a\nStatus: install ok installed\nEssential: yes\nVersion: 1:2.0-1+b1\nArchitecture: amd64\nSource: aa (2.0-1)\n' +
        'Description: x\n Package: not me\n\tVersion: 9\n\npackage: b\r\nSTATUS: deinstall ok config-files\r\nversion: 3\r\n\r\n' +
        'no colon here\n\nVersion: 5\n\n\n\nPackage: c\nPackage: d\nVersion: 4',
    );
    expect(rows).toEqual([
      { n: 'a', v: '1:2.0-1+b1', a: 'amd64', s: 'aa', sv: '2.0-1', e: true },
      { n: 'b', v: '3', a: '', st: 'deinstall ok config-files' },
      { n: 'c', v: '', a: '', st: '' },
      { n: 'd', v: '4', a: '', st: '' },
    ]);
    expect(skipped).toBe(2);
    expect(rows.map(hasFiles)).toEqual([true, false, false, false]);
    expect(hasFiles({ n: 'x', v: '1', a: '', st: 'install ok half-configured' })).toBe(true);
    expect(hasFiles({ n: 'x', v: '1', a: '', st: 'unknown ok not-installed' })).toBe(false);
  });

  test('is not shaken by noise', () => {
    expect(parseStatus('')).toEqual({ rows: [], skipped: 0 });
    expect(parseStatus('\n \n\t\n')).toEqual({ rows: [], skipped: 0 });
    expect(parseStatus('asdf\n\nyolo')).toEqual({ rows: [], skipped: 2 });
    expect(parseStatus('__proto__: x\nPackage: y').rows).toEqual([{ n: 'y', v: '', a: '', st: '' }]);
    const long = parseStatus(`Package: ${'x'.repeat(100_000)}\nVersion: 1`).rows[0]!;
    expect(long.n.length).toBe(256);
  });

  test('keeps the leaves of file lists and the paths of md5sums', () => {
    const list = '/.\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/a b\n/usr/share\n/usr/share/é\n/usr/sharex\n';
    expect(dpkgCollector.take(entry('var/lib/dpkg/info/a:amd64.list'), bytes(list))).toEqual({
      kind: 'list',
      package: 'a:amd64',
      paths: 'usr/bin/a\nusr/bin/a b\nusr/share/é\nusr/sharex',
    });
    const sums = `${'0'.repeat(32)}  usr/bin/a\n${'1'.repeat(32)}  etc/b\nnoise\n`;
    expect(dpkgCollector.take(entry('var/lib/dpkg/status.d/a.md5sums'), bytes(sums))).toEqual({
      kind: 'list',
      package: 'a',
      paths: 'usr/bin/a\netc/b',
    });
  });

  test('wants nothing outside its folder', () => {
    expect(dpkgCollector.wants(entry('var/lib/dpkg/status'))).toBeDefined();
    expect(dpkgCollector.wants(entry('var/lib/dpkg/info/a.postinst'))).toBeUndefined();
    expect(dpkgCollector.wants(entry('var/lib/dpkg/status-old'))).toBeUndefined();
    expect(dpkgCollector.wants(entry('home/var/lib/dpkg/status'))).toBeUndefined();
    expect(dpkgCollector.wants({ ...entry('var/lib/dpkg/status'), type: 'symlink' })).toBeUndefined();
  });
});

/** Where the expected list is not a list of this file. */
const explained: Record<string, { why: string; count: number }> = {
  'debian-cdxgen': { why: 'the list holds versions without names, of other images', count: 96 },
  'syft-libpam-runtime': { why: 'the list leaves out the five stanzas that have a name alone', count: 6 },
};

describe.skipIf(!corpusDir)('real dpkg databases', () => {
  for (const name of corpusDir ? readdirSync(corpus('pkgdb/dpkg')) : []) {
    test(name, () => {
      const { rows } = parseStatus(readFileSync(corpus('pkgdb/dpkg', name, 'status'), 'latin1'));
      if (explained[name]) return expect(rows.length, explained[name].why).toBe(explained[name].count);
      const expected = readFileSync(corpus('pkgdb/dpkg', name, 'expected.tsv'), 'utf8')
        .split('\n')
        .slice(1)
        .filter(Boolean)
        .map((line) => line.split('\t'));
      const full = (expected[0]?.length ?? 7) > 2;
      const ours = rows.map((row) =>
        full ? [row.n, row.v, row.a, row.s ?? row.n, row.st ?? 'install ok installed'] : [row.n, row.v],
      );
      const theirs = expected.map((cells) => (full ? [cells[1], cells[2], cells[3], cells[4], cells[6]] : cells));
      expect(ours.map((row) => row.join('\t')).sort()).toEqual(theirs.map((row) => row.join('\t')).sort());
    });
  }
});
