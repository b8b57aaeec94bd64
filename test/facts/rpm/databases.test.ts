import { describe, expect, test } from 'vitest';
import type { Package } from '../../../src/types/facts.ts';
import { valueIn } from '../../support/facts.ts';
import { factsOf, type TestLayer } from '../../support/image.ts';
import { bdb, type HeaderShape, header, ndb } from './files.ts';

const release = { 'etc/os-release': 'ID="rhel"\nVERSION_ID="9.4"\n' };
const make = (name: string, version: string, more: HeaderShape = {}) =>
  header({ name, version, release: '1.el9', arch: 'x86_64', ...more });
const bytes = (length: number) => 'x'.repeat(length);

async function packagesOf(...layers: TestLayer[]): Promise<Package[]> {
  const { facts } = await factsOf({ layers });
  return valueIn(facts.packages);
}

describe('packages of rpm', () => {
  test('come with everything that the database and the files say of them', async () => {
    const { facts, status } = await factsOf({
      layers: [
        {
          ...release,
          'usr/bin/openssl': bytes(40),
          'usr/lib64/libssl.so.3': bytes(2),
          'opt/mine': bytes(1),
          'usr/lib/sysimage/rpm/Packages.db': ndb([
            make('openssl-libs', '3.0.7', {
              epoch: 1,
              license: 'ASL 2.0',
              vendor: 'Red Hat, Inc.',
              source: 'openssl-3.0.7-1.el9.src.rpm',
              module: 'm:1:2:3',
              files: ['/usr/', '/usr/bin/', '/usr/bin/openssl', '/usr/lib64/libssl.so.3'],
            }),
            make('GConf2', '3', { source: 'GConf2-3-1.el9.src.rpm' }),
            make('gpg-pubkey', '1'),
          ]),
          var: { folder: true },
          'var/lib/rpm': { link: '../../usr/lib/sysimage/rpm' },
        },
      ],
    });
    expect(facts.packages).toEqual({
      known: true,
      value: [
        {
          name: 'openssl-libs',
          version: '1:3.0.7-1.el9',
          type: 'rpm',
          arch: 'x86_64',
          source: 'openssl',
          sourceVersion: '3.0.7-1.el9',
          licence: 'ASL 2.0',
          vendor: 'Red Hat, Inc.',
          modularity: 'm:1:2:3',
          size: 42,
          layer: 0,
          database: 'usr/lib/sysimage/rpm/Packages.db',
          purl: 'pkg:rpm/redhat/openssl-libs@3.0.7-1.el9?arch=x86_64&distro=rhel-9.4&epoch=1',
        },
        expect.objectContaining({
          name: 'GConf2',
          purl: 'pkg:rpm/redhat/GConf2@3-1.el9?arch=x86_64&distro=rhel-9.4',
        }),
      ],
      evidence: [{ at: 'file', path: 'usr/lib/sysimage/rpm/Packages.db', layer: 0 }],
    });
    expect(facts.packageDatabases).toMatchObject({
      value: [{ type: 'rpm', path: 'usr/lib/sysimage/rpm/Packages.db', packages: 2 }],
    });
    expect(facts.osFootprint).toMatchObject({ known: true, value: { packages: 2, ownedBytes: 42 } });
    expect(status).toEqual([]);
  });

  test('carry the layer that first brought their version', async () => {
    const found = await packagesOf(
      { ...release, 'var/lib/rpm/Packages': bdb([make('a', '1'), make('b', '1')]) },
      { 'var/lib/rpm/Packages': bdb([make('a', '1'), make('b', '2'), make('c', '1')]) },
      { 'var/lib/rpm/Packages': bdb([make('a', '1'), make('b', '2')]) },
    );
    expect(found.map(({ name, version, layer }) => [name, version, layer])).toEqual([
      ['a', '1-1.el9', 0],
      ['b', '2-1.el9', 1],
    ]);
  });

  test('that two databases list count once', async () => {
    const found = await packagesOf({
      ...release,
      'var/lib/rpm/Packages': bdb([make('a', '1'), make('b', '1')]),
      'var/lib/rpm/Packages.db': ndb([make('a', '1'), make('b', '2')]),
    });
    expect(found.map(({ name, version, database }) => `${name} ${version} ${database}`)).toEqual([
      'a 1-1.el9 var/lib/rpm/Packages.db',
      'b 2-1.el9 var/lib/rpm/Packages.db',
      'b 1-1.el9 var/lib/rpm/Packages',
    ]);
  });

  test('of distroless images come from the manifest', async () => {
    const line = (name: string) =>
      `${name}\t1-1\t1\t1\tMicrosoft Corporation\t(none)\t5\tx86_64\t0\t${name}-1-1.src.rpm\n`;
    const found = await packagesOf({
      'etc/os-release': 'ID=azurelinux\nVERSION_ID="3.0"\n',
      'var/lib/rpmmanifest/container-manifest-2': line('glibc') + line('bash'),
    });
    expect(found.map((item) => item.purl)).toEqual([
      'pkg:rpm/azurelinux/glibc@1-1?arch=x86_64&distro=azurelinux-3.0',
      'pkg:rpm/azurelinux/bash@1-1?arch=x86_64&distro=azurelinux-3.0',
    ]);
  });

  test('that are damaged are said in the status; the rest counts', async () => {
    const file = ndb([make('a', '1'), make('b', '1')]);
    file.writeUInt32LE(0, 4096);
    const { facts, status } = await factsOf({ layers: [{ ...release, 'var/lib/rpm/Packages.db': file }] });
    expect(facts.packages).toMatchObject({ known: true, value: [{ name: 'b' }] });
    expect(status).toContainEqual({
      part: 'packages',
      level: 'warning',
      message: 'var/lib/rpm/Packages.db is damaged in 1 place; the packages there are left out',
      layer: 0,
    });
  });

  test('are unknown, with a reason, where the database is none or lies elsewhere', async () => {
    const none = await factsOf({ layers: [{ ...release, 'var/lib/rpm/rpmdb.sqlite': 'x'.repeat(200) }] });
    expect(none.facts.packages).toEqual({
      known: false,
      reason: 'the rpm database var/lib/rpm/rpmdb.sqlite cannot be read: it is not an SQLite database',
    });
    expect(none.facts.packageDatabases).toMatchObject({
      value: [{ type: 'rpm', packages: 0, unread: 'it is not an SQLite database' }],
    });
    const elsewhere = await factsOf({
      layers: [{ ...release, 'opt/db': 'x', 'var/lib/rpm/Packages': { link: '../../../opt/db' } }],
    });
    expect(elsewhere.facts.packages).toMatchObject({ known: false, reason: expect.stringContaining('opt/db') });
    const file = ndb([make('a', '1')]);
    file.writeUInt32LE(0, 4096);
    const damaged = await factsOf({ layers: [{ ...release, 'var/lib/rpm/Packages.db': file }] });
    expect(damaged.facts.osFootprint).toEqual({
      known: false,
      reason: 'the rpm database var/lib/rpm/Packages.db cannot be read: none of its packages is whole',
    });
    const empty = await factsOf({ layers: [{ ...release, 'var/lib/rpm/Packages.db': ndb([]) }] });
    expect(empty.facts.packages).toMatchObject({ known: true, value: [] });
  });
});
