import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { opkgCollector } from '../../src/facts/opkg.ts';
import type { FileEntry } from '../../src/types.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { factsOf } from '../support/image.ts';

const stanza = (name: string, status = 'install ok installed') =>
  `Package: ${name}\nVersion: 1~2-r1\nStatus: ${status}\nArchitecture: mips_24kc\n\n`;

describe('packages of opkg', () => {
  test('are those that are installed, with the files they own', async () => {
    const { facts } = await factsOf({
      layers: [
        {
          'etc/os-release': 'ID=openwrt\nVERSION_ID="23.05.3"\n',
          'sbin/netifd': 'x'.repeat(12),
          'usr/lib/opkg/status':
            stanza('netifd', 'install user installed') + stanza('gone', 'deinstall ok not-installed') + stanza('libc'),
          'usr/lib/opkg/info/netifd.list': '/sbin/netifd\n',
          'usr/lib/opkg/info/libc.control': 'Package: libc\n',
        },
      ],
    });
    expect(facts.packages).toMatchObject({
      value: [
        {
          name: 'netifd',
          type: 'opkg',
          size: 12,
          purl: 'pkg:opkg/openwrt/netifd@1~2-r1?arch=mips_24kc&distro=openwrt-23.05.3',
        },
        { name: 'libc', arch: 'mips_24kc' },
      ],
    });
    expect(facts.packages.known && facts.packages.value[0]!.state).toBeUndefined();
    expect(facts.packageDatabases).toMatchObject({ value: [{ type: 'opkg', packages: 2 }] });
    expect(facts.osFootprint).toMatchObject({ known: true, value: { packages: 2, ownedBytes: 12 } });
  });

  test('of Yocto list their files with modes', async () => {
    const { facts } = await factsOf({
      layers: [
        {
          'usr/bin/a': 'xx',
          'usr/bin/b': 'xxx',
          'var/lib/opkg/status': stanza('p'),
          'var/lib/opkg/info/p.list': './usr/bin/\t0040755\n/usr/bin/a\t0100755\n/usr/bin/b\t0120777\ta\n',
        },
      ],
    });
    expect(facts.packages).toMatchObject({ value: [{ name: 'p', size: 5, database: 'var/lib/opkg/status' }] });
  });

  test.skipIf(!corpusDir)('of the corpus are those of its lists', () => {
    const folders = readdirSync(corpus('pkgdb/opkg'));
    expect(folders.length).toBe(3);
    for (const folder of folders) {
      const bytes = readFileSync(corpus('pkgdb/opkg', folder, 'status'));
      const found = opkgCollector.take({ path: 'usr/lib/opkg/status' } as FileEntry, { bytes, truncated: false });
      if (found?.kind !== 'status') throw new Error('no status');
      const ours = found.rows.map(({ n, v, a, s = n, sv = v, st = 'install ok installed' }) => [
        'opkg',
        n,
        v,
        a,
        s,
        sv,
        st,
      ]);
      const expected = readFileSync(corpus('pkgdb/opkg', folder, 'expected.tsv'), 'utf8')
        .split('\n')
        .slice(1);
      expect(ours.map((row) => row.join('\t')).sort()).toEqual(expected.filter(Boolean).sort());
      expect(found.skipped).toBe(folder === 'scalibr-nopackage' ? 1 : 0);
    }
  });
});
