/** Real databases, against what rpm itself lists of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../../../src/facts/rpm/manifest.ts';
import { corpus, corpusDir } from '../../support/corpus.ts';
import { read } from './read.ts';

const files = ['Packages', 'Packages.db', 'rpmdb.sqlite'];

describe.skipIf(!corpusDir)('rpm databases of the corpus', () => {
  const folders = corpusDir ? readdirSync(corpus('pkgdb/rpm')).filter((name) => name !== 'facts-only') : [];

  test('are a dozen, in all three formats', () => expect(folders.length).toBeGreaterThanOrEqual(12));

  test.for(folders)('%s: names, versions, architectures, sources and licences are those of rpm -qa', (folder) => {
    const at = (name: string) => corpus('pkgdb/rpm', folder, name);
    const name = files.find((file) => existsSync(at(file)) || existsSync(at(`${file}.gz`)))!;
    const bytes = existsSync(at(name)) ? readFileSync(at(name)) : gunzipSync(readFileSync(at(`${name}.gz`)));
    const log = existsSync(at(`${name}-wal`)) ? readFileSync(at(`${name}-wal`)) : undefined;
    const expected = readFileSync(at('expected.tsv'), 'utf8').split('\n').slice(1).filter(Boolean).sort();
    for (const chunk of [4096, 1 << 20]) {
      const { rows, damaged, cut, unread } = read(name, bytes, log, chunk);
      const none = '(none)';
      const ours = rows.map((row) => ['rpm', row.n, row.v, row.a || none, row.s || none, '', row.l || none].join('\t'));
      expect(ours.sort()).toEqual(expected);
      // rpm refuses this one, whose table of packages is not rpm's.
      const broken = folder === 'preflight-broken-sqlite' ? 'it has no table of packages' : undefined;
      expect({ damaged, cut, unread }).toEqual({ damaged: undefined, cut: undefined, unread: broken });
    }
  });

  test('the manifest of a distroless image: every line is a package', () => {
    const bytes = readFileSync(corpus('pkgdb/rpmmanifest/container-manifest-2'));
    const { rows, damaged } = readManifest(bytes, false);
    expect(damaged).toBeUndefined();
    expect(rows.map(({ n, v, a }) => `${n} ${v} ${a}`)).toEqual([
      'mariner-release 2.0-12.cm2 noarch',
      'filesystem 1.1-9.cm2 x86_64',
      'glibc 2.35-2.cm2 x86_64',
      'openssl-libs 1.1.1k-15.cm2 x86_64',
      'vim 2:9.0-1.cm2 x86_64',
    ]);
  });
});
