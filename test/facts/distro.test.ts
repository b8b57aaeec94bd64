import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { corpus, corpusDir } from '../support/corpus.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestLayer } from '../support/image.ts';

const distroOf = async (...layers: TestLayer[]) => (await factsOf({ layers })).facts.distro;
const knownDistro = async (...layers: TestLayer[]) => valueIn(await distroOf(...layers));

describe('the distribution', () => {
  test('is read through a link, with the layer of the file that was read', async () => {
    const fact = await distroOf(
      { 'usr/lib/os-release': 'ID=debian\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nVERSION="13 (trixie)"\n' },
      { 'etc/os-release': { link: '../usr/lib/os-release' } },
    );
    expect(fact).toMatchObject({
      known: true,
      value: { id: 'debian', versionId: '13', codename: 'trixie', prettyName: 'Debian GNU/Linux 13' },
      evidence: [{ at: 'file', path: 'usr/lib/os-release', layer: 0 }],
    });
  });

  test('comes from the last layer that wrote it, and from below where a layer removed it', async () => {
    const old = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.1\n', 'usr/lib/os-release': 'ID=usr\n' };
    expect((await knownDistro(old, { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.24.0\n' })).versionId).toBe('3.24.0');
    expect((await knownDistro(old, { 'etc/.wh.os-release': '' })).id).toBe('usr');
  });

  test('does not follow a link out of the rootfs or round in circles', async () => {
    const fact = await distroOf({
      'etc/os-release': { link: '../../../usr/lib/os-release' },
      'usr/lib/os-release': { link: '/etc/os-release' },
      'bin/sh': { content: 'x', mode: 0o755 },
    });
    expect(fact).toMatchObject({ known: false, reason: expect.stringContaining('bin/sh') });
  });

  test.each([
    ['etc/debian_version', '12.5\n', { id: 'debian', versionId: '12', codename: 'bookworm' }],
    ['etc/debian_version', 'trixie/sid\n', { id: 'debian', versionId: '', codename: 'trixie' }],
    ['etc/alpine-release', '3.20.1\n', { id: 'alpine', versionId: '3.20.1' }],
    [
      'etc/lsb-release',
      'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=12.10\nDISTRIB_CODENAME=quantal\n',
      { id: 'ubuntu', versionId: '12.10', codename: 'quantal' },
    ],
    [
      'etc/redhat-release',
      'Red Hat Enterprise Linux Server release 6.5 (Santiago)\n',
      { id: 'rhel', versionId: '6.5', codename: 'santiago' },
    ],
    ['etc/centos-release', 'CentOS Linux release 7.9.2009 (Core)\n', { id: 'centos', versionId: '7.9.2009' }],
    ['etc/system-release', 'Amazon Linux release 2 (Karoo)\n', { id: 'amzn', versionId: '2' }],
    ['etc/SuSE-release', 'SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\n', { id: 'sles', versionId: '11' }],
    ['etc/br-version', '2023.02\n', { id: 'buildroot', versionId: '2023.02' }],
    ['etc/arch-release', '', { id: 'arch', versionId: '' }],
  ])('is read from %s alone: %j', async (path, text, want) => {
    expect(await knownDistro({ [path]: text })).toMatchObject(want);
  });

  test('prefers oracle-release to the redhat-release beside it', async () => {
    const value = await knownDistro({
      'etc/redhat-release': 'Red Hat Enterprise Linux release 9.3 (Plow)\n',
      'etc/oracle-release': 'Oracle Linux Server release 9.3\n',
    });
    expect(value).toMatchObject({ id: 'ol', versionId: '9.3' });
  });

  test('is scratch for a static program with certificates, busybox for busybox, unknown for a bare libc', async () => {
    expect(
      await knownDistro({
        app: { content: 'x', mode: 0o755 },
        'etc/ssl/certs/ca.crt': 'x',
        'etc/passwd': 'a:x:1:1::/:\n',
      }),
    ).toMatchObject({ id: 'scratch' });
    expect(
      await knownDistro({ 'bin/busybox': { content: 'x', mode: 0o755 }, 'bin/sh': { link: 'busybox' } }),
    ).toMatchObject({ id: 'busybox' });
    expect(await distroOf({ 'lib/libc.so.6': 'x' })).toMatchObject({ known: false });
  });

  test('is distroless for Debian without dpkg', async () => {
    const release = { 'etc/os-release': 'ID=debian\nVERSION_ID=13\n' };
    expect(
      (await knownDistro({ ...release, 'var/lib/dpkg/status.d/base-files': 'Package: base-files\nVersion: 13\n' }))
        .distroless,
    ).toBe(true);
    expect((await knownDistro({ ...release, 'var/lib/dpkg/status': 'Package: x\n' })).distroless).toBe(false);
  });

  test('is Windows by the config', async () => {
    const { facts } = await factsOf({ platform: { os: 'windows', 'os.version': '10.0.20348.1' } });
    expect(facts.distro).toMatchObject({ known: true, value: { id: 'windows', versionId: '10.0.20348.1' } });
  });
});

describe.skipIf(!corpusDir)('release files of real distributions', () => {
  const folder = corpusDir ? corpus('os-release') : '';
  const expected: Record<string, [id: string, version: string]> = {
    'claircore__debian~distroless_dist~11': ['debian', '11'],
    // os-release and redhat-release disagree (7.7, 7.4): os-release is asked first.
    'claircore__rhel~releasefiles~7': ['rhel', '7.7'],
    // Its os-release is Debian's, whatever the folder says.
    'claircore__ubuntu~dist~11': ['debian', '11'],
    'claircore__rhel~releasefiles~9': ['rhel', '9.0'],
    'claircore__rhel~releasefiles~hummingbird': ['hummingbird', '20251124'],
    'claircore__rhel~releasefiles~oracle-7': ['ol', '7.9'],
    'claircore__rhel~releasefiles~oracle-9': ['ol', '9.3'],
    'snyk-docker-plugin__alpine_3_7_0': ['alpine', '3.7.0'],
    'snyk-docker-plugin__centos_5': ['centos', '5.11'],
    'snyk-docker-plugin__centos_7': ['centos', '7'],
    'snyk-docker-plugin__debian_version_corrupt': ['debian', ''],
    'snyk-docker-plugin__oraclelinux_5_11': ['ol', '5.11'],
    'snyk-docker-plugin__oraclelinux_7_5': ['ol', '7.5'],
    'snyk-docker-plugin__redhat_6_5': ['rhel', '6.5'],
    'snyk-docker-plugin__sles_15': ['sles', '15'],
    'snyk-docker-plugin__ubuntu_12_04': ['ubuntu', '12.04'],
    'snyk-docker-plugin__ubuntu_16_04': ['ubuntu', '16.04'],
  };
  for (const name of folder ? readdirSync(folder) : []) {
    test(name, async () => {
      const etc = join(folder, name, 'etc');
      const layer = Object.fromEntries(readdirSync(etc).map((file) => [`etc/${file}`, readFileSync(join(etc, file))]));
      const value = await knownDistro(layer);
      const want = join(folder, name, 'want');
      if (existsSync(want)) {
        const [answer] = JSON.parse(readFileSync(want, 'utf8')) as [
          { did: string; name: string; version: string; pretty_name: string },
        ];
        expect(value.id).toBe(answer.did);
        expect(value.name).toBe(answer.name);
        expect(value.prettyName).toBe(answer.pretty_name);
        // The peer keeps major.minor and calls the rolling branch `edge`; os-release has its own words for both.
        if (answer.version !== 'edge') expect(value.versionId.split('.').slice(0, 2).join('.')).toBe(answer.version);
      } else {
        const folded = /^(?:claircore|snyk-docker-plugin)__(debian|ubuntu)[~_](?:dist~)?(\d+(?:\.\d+)?)$/.exec(name);
        const [id, version] = expected[name] ?? [folded?.[1], folded?.[2]];
        expect(id, 'each folder has an expected answer').toBeDefined();
        expect(value).toMatchObject({ id });
        if (folded && !expected[name]) expect(value.versionId.startsWith(version!)).toBe(true);
        else expect(value.versionId).toBe(version);
      }
    });
  }
});
