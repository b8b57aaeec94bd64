import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { readPackages } from '../../src/facts/packages.ts';
import type { Package } from '../../src/types/facts.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { valueIn } from '../support/facts.ts';
import { assemble, contextOf, factsOf, recordOf, type TestLayer, testImage } from '../support/image.ts';

const stanza = (name: string, version: string, status = 'install ok installed') =>
  `Package: ${name}\nStatus: ${status}\nArchitecture: amd64\nVersion: ${version}\n\n`;

async function packagesOf(...layers: TestLayer[]): Promise<Package[]> {
  const { facts } = await factsOf({ layers });
  return valueIn(facts.packages);
}

describe('packages', () => {
  test('carry the layer that first brought their version', async () => {
    const packages = await packagesOf(
      { 'var/lib/dpkg/status': stanza('a', '1') + stanza('b', '1') },
      { 'var/lib/dpkg/status': stanza('a', '1') + stanza('b', '2') + stanza('c', '1') },
      { 'var/lib/dpkg/status': stanza('a', '1') + stanza('b', '2') },
    );
    expect(packages.map(({ name, version, layer, database }) => [name, version, layer, database])).toEqual([
      ['a', '1', 0, 'var/lib/dpkg/status'],
      ['b', '2', 1, 'var/lib/dpkg/status'],
    ]);
  });

  test('are those whose files may be there; broken stanzas are said in the status', async () => {
    const { facts, status } = await factsOf({
      layers: [
        {
          'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
          'var/lib/dpkg/status':
            stanza('in', '1:2+b~rc1') +
            stanza('rc', '1', 'deinstall ok config-files') +
            stanza('un', '1', 'unknown ok not-installed') +
            stanza('half', '1', 'install ok half-configured') +
            stanza('odd', '1', 'what') +
            'Package: nov\nStatus: install ok installed\n\n',
        },
      ],
    });
    expect(facts.packages).toMatchObject({
      known: true,
      value: [
        { name: 'in', type: 'deb', purl: 'pkg:deb/debian/in@1:2%2Bb~rc1?arch=amd64&distro=debian-12' },
        { name: 'half', state: 'install ok half-configured' },
        { name: 'odd', state: 'what' },
      ],
    });
    expect(status).toContainEqual(
      expect.objectContaining({ part: 'packages', level: 'warning', message: expect.stringContaining('1 record') }),
    );
  });

  test('weigh the files they own, wherever a merged /usr put them, a hardlinked file once', async () => {
    const packages = await packagesOf({
      bin: { link: 'usr/bin' },
      'usr/bin/a': 'x'.repeat(100),
      'usr/bin/b': { hardlink: 'usr/bin/a' },
      'usr/bin/c': 'x'.repeat(10),
      'usr/share/gone': 'x',
      'var/lib/dpkg/status': stanza('p', '1') + stanza('q', '1'),
      'var/lib/dpkg/info/p:amd64.list': '/.\n/bin\n/bin/a\n/bin/b\n/usr/share/never\n',
      'var/lib/dpkg/info/q.list': '/usr\n/usr/bin\n/usr/bin/c\n',
    });
    expect(packages.map(({ name, size }) => [name, size])).toEqual([
      ['p', 100],
      ['q', 10],
    ]);
  });

  test('own what dpkg-divert moved', async () => {
    const image = await testImage({
      layers: [
        {
          'bin/sh': 'dash',
          'bin/sh.distrib': 'bash',
          'var/lib/dpkg/status': stanza('dash', '1') + stanza('bash', '1'),
          'var/lib/dpkg/info/dash.list': '/bin\n/bin/sh\n',
          'var/lib/dpkg/info/bash.list': '/bin\n/bin/sh\n',
          'var/lib/dpkg/diversions': '/bin/sh\n/bin/sh.distrib\ndash\n',
        },
      ],
    });
    const { ownerOf } = readPackages(contextOf(image), undefined);
    expect([ownerOf('bin/sh'), ownerOf('bin/sh.distrib'), ownerOf('bin/none')]).toEqual(['dash', 'bash', undefined]);
  });

  test('of distroless: one stanza a file, md5sums as the file list', async () => {
    const { facts } = await factsOf({
      layers: [
        {
          'etc/os-release': 'ID=debian\nVERSION_ID=13\n',
          'usr/lib/libc.so.6': 'x'.repeat(50),
          'var/lib/dpkg/status.d/libc6': 'Package: libc6\nVersion: 2.41\nArchitecture: amd64\nSource: glibc\n',
        },
        {
          'var/lib/dpkg/status.d/libc6.md5sums': `${'a'.repeat(32)}  usr/lib/libc.so.6\n`,
          'var/lib/dpkg/status.d/tz': 'Package: tzdata\nVersion: 2026b\n',
        },
      ],
    });
    expect(facts.packages).toMatchObject({
      value: [
        { name: 'libc6', source: 'glibc', size: 50, layer: 0 },
        { name: 'tzdata', layer: 1 },
      ],
    });
    expect(facts.packageDatabases).toMatchObject({
      value: [{ type: 'dpkg-status.d', path: 'var/lib/dpkg/status.d', packages: 2, layer: 1 }],
    });
  });

  test('of apk, with licence, origin and owned files, also below /usr', async () => {
    const packages = await packagesOf({
      'etc/os-release': 'ID=wolfi\nVERSION_ID=20230201\n',
      'usr/bin/x': 'x'.repeat(7),
      'usr/lib/apk/db/installed': 'P:x-bin\nV:1.0-r0\nA:x86_64\no:x\nL:MIT\nF:usr/bin\nR:x\n\n',
      lib: { link: 'usr/lib' },
    });
    expect(packages).toEqual([
      {
        name: 'x-bin',
        version: '1.0-r0',
        type: 'apk',
        arch: 'x86_64',
        source: 'x',
        licence: 'MIT',
        size: 7,
        layer: 0,
        database: 'usr/lib/apk/db/installed',
        purl: 'pkg:apk/wolfi/x-bin@1.0-r0?arch=x86_64&distro=wolfi-20230201',
      },
    ]);
  });

  test('are unknown where the only database is of a format that is not read, and said where it is one of two', async () => {
    const { facts } = await factsOf({ layers: [{ 'var/lib/rpm/Packages': 'x' }] });
    expect(facts.packages).toMatchObject({
      known: false,
      reason: expect.stringContaining('rpm database var/lib/rpm/Packages'),
    });
    expect(facts.packageDatabases).toMatchObject({
      value: [{ type: 'rpm', path: 'var/lib/rpm/Packages', packages: 0 }],
    });
    const mixed = await factsOf({
      layers: [{ 'var/lib/rpm/rpmdb.sqlite': 'x', 'var/lib/dpkg/status': stanza('a', '1') }],
    });
    expect(mixed.facts.packages).toMatchObject({ known: true, value: [{ name: 'a' }] });
    expect(mixed.facts.osFootprint).toMatchObject({ known: false });
    expect(mixed.status).toContainEqual(
      expect.objectContaining({ part: 'packages', message: expect.stringContaining('rpmdb.sqlite') }),
    );
  });

  test('remember a database that a later layer removed', async () => {
    const { facts } = await factsOf({
      layers: [
        { 'var/lib/dpkg/status': stanza('a', '1'), 'lib/apk/db/installed': 'P:x\nV:1\n' },
        { 'var/lib/dpkg/.wh.status': '', 'lib/apk/.wh.db': '' },
      ],
    });
    expect(facts.packageDatabases).toMatchObject({
      value: [
        { type: 'dpkg', layer: 0, deletedIn: 1, packages: 0 },
        { type: 'apk', layer: 0, deletedIn: 1 },
      ],
    });
    expect(facts.packages).toMatchObject({ known: true, value: [] });
  });
});

interface CorpusImage {
  from?: string;
  layers: { name: string; compression: string }[];
  filesystem?: { packagesFile?: string };
}

describe.skipIf(!corpusDir)('packages of real images equal what another reader found', () => {
  const readers = ['dpkg', 'dpkg-status.d', 'apk', 'rpm'];
  const archives = corpusDir
    ? [
        'images/docker-archive',
        'images/docker-archive-with-oci',
        'images/oci-archive',
        'images/oci-layout',
        'rootfs',
        'layers',
      ].flatMap((folder) =>
        readdirSync(corpus(folder)).map((name) => ({
          folder,
          name,
          facts: corpus(folder.startsWith('images') ? 'images/facts' : `${folder}/facts`, `${name}.json`),
        })),
      )
    : [];
  const found = archives.filter(
    ({ facts, name }) =>
      existsSync(facts) && existsSync(facts.replace(/\.json$/, '.packages.tsv')) && !name.endsWith('.xz'),
  );

  test('there are some', () => expect(found.length).toBeGreaterThan(10));

  for (const { folder, name, facts } of found) {
    test(`${folder}/${name}`, async () => {
      const bytes = folder.endsWith('oci-layout') ? undefined : inflated(readFileSync(corpus(folder, name)));
      const described = JSON.parse(readFileSync(facts, 'utf8')) as { images?: CorpusImage[]; packagesFile?: string };
      const images = described.images?.filter(({ layers }) => layers) ?? [];
      const files = images.length > 0 && bytes ? await unpack(bytes) : undefined;
      for (const image of images.length > 0 ? images : [undefined]) {
        const table = image ? image.filesystem?.packagesFile : `${name}.packages.tsv`;
        if (!table) continue;
        const layers = image
          ? image.layers
              .map((layer) => layer.name.replace(/^sha256:/, 'blobs/sha256/'))
              .map((path) => files?.get(path) ?? (files ? undefined : readFileSync(corpus(folder, name, path))))
          : [bytes];
        expect(layers.every(Boolean), 'every layer is in the archive').toBe(true);
        const records = [];
        for (const layer of layers) records.push(await recordOf(layer!));
        const { packages } = readPackages(contextOf(assemble(records)), undefined);
        const expected = readFileSync(join(facts, '..', table), 'utf8')
          .split('\n')
          .slice(1)
          .map((line) => line.split('\t'))
          .filter(
            ([type, name, version, , , , state]) =>
              readers.includes(type!) &&
              version &&
              name !== 'gpg-pubkey' &&
              !/config-files|not-installed/.test(state ?? ''),
          );
        expect(packages.map((item) => `${item.name} ${item.version} ${item.arch ?? ''}`).sort()).toEqual(
          expected.map(([, item, version, arch]) => `${item} ${version} ${arch}`).sort(),
        );
      }
    });
  }
});

function inflated(stored: Buffer): Buffer {
  return stored[0] === 0x1f ? gunzipSync(stored) : stored;
}

async function unpack(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const reader = extract();
  reader.end(bytes);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, linkname } = entry.header;
    if (linkname) {
      const target = files.get(new URL(linkname, `file:///${name}`).pathname.slice(1));
      if (target) files.set(name, target);
    } else files.set(name, Buffer.concat(chunks));
  }
  return files;
}
