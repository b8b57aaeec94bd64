import { describe, expect, test } from 'vitest';
import { collectorsVersion, layerCollectors } from '../../src/facts/collectors.ts';
import { buildFacts } from '../../src/facts/facts.ts';
import { assemble, factData, factsOf, recordOf, testImage } from '../support/image.ts';
import { tar } from '../support/tar.ts';

describe('facts', () => {
  test('of an empty image are all there', async () => {
    const { facts, status } = await factsOf({});
    const unknown = Object.entries(facts).filter(
      ([, fact]) => typeof fact === 'object' && 'known' in fact && !fact.known,
    );
    expect(unknown).toEqual([]);
    expect(status).toEqual([]);
    expect(facts).toMatchObject({
      asOf: '2026-11-01',
      distro: { value: { id: 'scratch' } },
      container: { known: true },
      image: { name: 'test' },
    });
  });

  test('a collector that failed on a layer makes its facts unknown and no others', async () => {
    const failing = layerCollectors.map((collector) =>
      collector.id !== 'accounts'
        ? collector
        : {
            ...collector,
            take: () => {
              throw new Error('broken on purpose');
            },
          },
    );
    const image = await testImage({
      layers: [{ 'etc/passwd': 'a:x:1:1::/:\n', 'etc/os-release': 'ID=alpine\n' }],
      collectors: failing,
    });
    const { facts, status } = buildFacts(image, { asOf: '2026-11-01', data: factData() });
    expect(facts.accounts).toMatchObject({ known: false, reason: expect.stringContaining('broken on purpose') });
    expect(facts.user).toMatchObject({ known: false });
    expect(facts.distro).toMatchObject({ known: true, value: { id: 'alpine' } });
    expect(facts.packages.known).toBe(true);
    expect(status).toEqual([
      expect.objectContaining({
        part: expect.any(String),
        level: 'error',
        message: expect.stringContaining('layer 0'),
      }),
    ]);
  });

  test('a failed package collector leaves programs and privileged files unknown, user and ports known', async () => {
    const record = await recordOf(await tar([{ name: 'bin/su', mode: 0o4755, content: 'x' }]));
    record.failed['dpkg'] = 'cut off';
    const { facts } = buildFacts(assemble([record]), { asOf: '2026-11-01', data: factData() });
    expect([facts.packages.known, facts.osFootprint.known, facts.privilegedFiles.known]).toEqual([false, false, false]);
    expect([facts.user.known, facts.ports.known, facts.entrypoint.known, facts.distro.known]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('attestations are known only where the medium can carry them, or some were found', async () => {
    const seen = async (image: object) => (await factsOf({ image })).facts.attestations;
    expect(await seen({ attestationsKnown: false, kind: 'docker-archive' })).toMatchObject({
      known: false,
      reason: expect.stringContaining('docker-archive'),
    });
    expect(await seen({ attestationsKnown: true })).toEqual({ known: true, value: [], evidence: [] });
    const attestations = [{ kind: 'sbom', type: 'spdx', via: 'index' }];
    expect(await seen({ attestationsKnown: false, attestations })).toMatchObject({ known: true, value: attestations });
  });

  test('what was deleted and what did not match its digest is handed on', async () => {
    const digestChecks = [{ layer: 0, kind: 'diffID', expected: 'a', actual: 'b' }] as const;
    const { facts } = await factsOf({
      layers: [{ 'a/key': 'secret' }, { 'a/.wh.key': '' }],
      image: { digestChecks: [...digestChecks] },
    });
    expect(facts.deleted).toMatchObject({ value: [{ path: 'a/key', size: 6, layer: 0, by: 1, how: 'whiteout' }] });
    expect(facts.digestChecks).toMatchObject({ known: true, value: digestChecks });
  });

  test('survive names that would change an object', async () => {
    const { facts } = await factsOf({
      layers: [
        {
          'etc/passwd': '__proto__:x:0:0::/:\nconstructor:x:1:1::/:\n',
          'var/lib/dpkg/status': 'Package: __proto__\nStatus: install ok installed\nVersion: constructor\n',
          'var/lib/dpkg/info/__proto__.list': '/__proto__\n/constructor\n',
          'var/lib/dpkg/diversions': '/__proto__\n/x\nconstructor\n',
          __proto__: 'x',
          constructor: 'x',
        },
      ],
      container: { user: '__proto__', cmd: ['__proto__'], labels: { ['__proto__']: 'x' } },
    });
    expect(facts.user).toMatchObject({ known: true, value: { uid: 0, name: '__proto__' } });
    expect(facts.packages).toMatchObject({ known: true, value: [{ name: '__proto__', version: 'constructor' }] });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('the collectors', () => {
  test('have ids of their own and a version that names them all', () => {
    const ids = layerCollectors.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(collectorsVersion.split(',')).toEqual(layerCollectors.map(({ id, version }) => `${id}@${version}`));
  });

  test('ask for nothing that is no file', () => {
    for (const type of ['directory', 'symlink', 'hardlink', 'fifo', 'character', 'block'] as const) {
      for (const path of [
        'etc/passwd',
        'etc/os-release',
        'var/lib/dpkg/status',
        'lib/apk/db/installed',
        'etc/shells',
        'bin/sh',
        '',
      ]) {
        const entry = { path, type, mode: 0o755, uid: 0, gid: 0, size: 100, layer: 0, mtime: 0 };
        for (const collector of layerCollectors) expect(collector.wants(entry)).toBeUndefined();
      }
    }
  });

  test('read any bytes without failing', async () => {
    const noise = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 0xff));
    const paths = [
      'etc/passwd',
      'etc/group',
      'etc/os-release',
      'etc/lsb-release',
      'var/lib/dpkg/status',
      'var/lib/dpkg/info/a.list',
      'var/lib/dpkg/status.d/a.md5sums',
      'var/lib/dpkg/diversions',
      'lib/apk/db/installed',
      'etc/shells',
    ];
    const items = [
      ...paths.map((name) => ({ name, content: noise })),
      { name: 'start.sh', mode: 0o755, content: Buffer.concat([Buffer.from('#!/bin/sh\n'), noise]) },
      { name: 'bin/x', mode: 0o755, content: Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), noise]) },
    ];
    const record = await recordOf(await tar(items));
    expect(record.failed).toEqual({});
    const { facts } = buildFacts(assemble([record]), { asOf: '2026-11-01', data: factData() });
    expect(facts.packages.known).toBe(true);
  });
});
