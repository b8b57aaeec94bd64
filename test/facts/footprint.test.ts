import { describe, expect, test } from 'vitest';
import { stanza } from '../support/dpkg.ts';
import { elf } from '../support/elf.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestImage } from '../support/image.ts';

const size = (bytes: number) => 'x'.repeat(bytes);
const release = { 'etc/os-release': 'ID=debian\nVERSION_ID=13\n' };
const releaseBytes = release['etc/os-release'].length;

async function footprint(image: TestImage) {
  const { facts } = await factsOf(image);
  return valueIn(facts.osFootprint);
}

describe('the OS footprint', () => {
  test('is owned files and unowned files of system folders; the workload and runtimes are apart', async () => {
    const status = stanza('base') + stanza('python3.13-minimal') + stanza('app');
    const list = { base: '/usr/lib/base\n', 'python3.13-minimal': '/usr/bin/python3.13\n', app: '/opt/app/bin\n' };
    const found = await footprint({
      layers: [
        {
          ...release,
          'usr/lib/base': size(100),
          'usr/lib/base2': { hardlink: 'usr/lib/base' },
          'usr/bin/python3.13': size(1000),
          'opt/app/bin': size(10_000),
          'usr/lib/stray': size(7),
          'usr/local/bin/mine': size(50_000),
          'usr/local/bin/node': size(3_000),
          'usr/local/lib/node_modules/npm/x.js': size(500),
          'home/a': size(1),
          'srv/b': size(1),
          'app/c': size(1),
          'opt/d': size(1),
          data: size(1),
          'var/lib/dpkg/status': status,
          ...Object.fromEntries(Object.entries(list).map(([name, text]) => [`var/lib/dpkg/info/${name}.list`, text])),
        },
      ],
    });
    const databases = status.length + Object.values(list).join('').length;
    expect(found).toEqual({
      bytes: 100 + 10_000 + 7 + releaseBytes + databases,
      packages: 2,
      ownedBytes: 10_100,
      unownedBytes: 7 + releaseBytes + databases,
      runtimes: [
        { name: 'node', bytes: 3500, packages: 0 },
        { name: 'python', bytes: 1000, packages: 1 },
      ],
      heaviest: [
        { name: 'app', bytes: 10_000, layer: 0 },
        { name: 'base', bytes: 100, layer: 0 },
      ],
    });
  });

  test('is nothing for a program on scratch, wherever it lies', async () => {
    const app = { content: elf({}), mode: 0o755 };
    const found = await footprint({
      layers: [{ 'usr/bin/app': app, 'bin/helper': app, 'etc/ssl/certs/ca.crt': size(100) }],
      container: { cmd: ['app'] },
    });
    expect(found).toMatchObject({ bytes: 0, packages: 0, runtimes: [] });
  });

  test('leaves out the program that the container starts, but never a shell', async () => {
    const app = { content: elf({}), mode: 0o755 };
    const layers = [{ ...release, 'usr/bin/app': app, 'bin/busybox': app, 'bin/sh': { link: 'busybox' } }];
    const length = elf({}).length;
    expect((await footprint({ layers, container: { cmd: ['app'] } })).bytes).toBe(releaseBytes + length);
    expect((await footprint({ layers, container: { cmd: ['sh'] } })).bytes).toBe(releaseBytes + 2 * length);
  });

  test('counts what is there in the end: a deleted database leaves the bytes', async () => {
    const base = {
      ...release,
      'usr/lib/base': size(1000),
      'var/lib/dpkg/status': stanza('base'),
      'var/lib/dpkg/info/base.list': '/usr/lib/base\n',
    };
    const before = await footprint({ layers: [base] });
    const after = await footprint({ layers: [base, { 'var/lib/.wh.dpkg': '' }] });
    expect(before).toMatchObject({ packages: 1, ownedBytes: 1000 });
    expect(after).toMatchObject({ packages: 0, ownedBytes: 0, bytes: 1000 + releaseBytes });
  });

  test('is unknown beside a database that is not read, and for Windows', async () => {
    expect((await factsOf({ layers: [{ 'var/lib/rpm/Packages': 'x' }] })).facts.osFootprint).toMatchObject({
      known: false,
      reason: expect.stringContaining('rpm database'),
    });
    expect((await factsOf({ platform: { os: 'windows' } })).facts.osFootprint).toMatchObject({ known: false });
  });
});
