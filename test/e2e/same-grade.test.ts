/** One image, built by Docker Engine, is graded the same through every medium; and what cannot be read is said in one sentence. */
import { createReadStream, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageReport } from '../../src/types/report.ts';
import { badRefusal, report, tare } from './setup/cli.ts';
import { freePort, openHome } from './setup/home.ts';
import { built } from './setup/images.ts';
import { type Media, prepareMedia, pushLonely } from './setup/media.ts';
import { startRegistry } from './setup/registry.ts';
import { must, type RunOptions } from './setup/run.ts';
import { sameness } from './setup/same.ts';
import { suite } from './setup/suite.ts';
import { makeAuthority } from './setup/tls.ts';

const tools = ['dockerd', 'docker', 'docker-registry', 'skopeo', 'umoci', 'htpasswd', 'openssl', 'busybox'];

suite('one image through every medium', { root: true, tools }, () => {
  const home = openHome('same');
  let media: Media;
  let reference: ImageReport;

  beforeAll(async () => {
    media = await prepareMedia(home);
    reference = await scan(['--no-cache'], `docker-archive:${home.path('app.tar')}`);
  }, 120_000);
  afterAll(() => home.close(), 60_000);

  it('sees what the Dockerfile made', () => {
    const found = (rule: string) => reference.findings.filter((finding) => finding.rule === rule);
    const places = (rule: string) =>
      found(rule).flatMap(({ evidence }) => evidence.map((e) => ('path' in e ? e.path : '')));
    expect(places('setuid-file')).toEqual([built.setuid]);
    expect(places('file-capability')).toEqual([built.capability.path]);
    expect(JSON.stringify(found('file-capability'))).toContain(built.capability.value);
    for (const rule of ['setgid-file', 'management-port-exposed', 'user-not-numeric', 'shell-present'])
      expect(found(rule)).toHaveLength(1);
    for (const rule of ['run-as-root', 'user-unknown', 'layer-digest-mismatch', 'package-database-missing'])
      expect(found(rule)).toEqual([]);
    expect(reference.packages.map(({ name, version }) => [name, version])).toEqual(built.packages);
    expect(reference.distro).toMatchObject({ id: 'debian', versionId: '12' });
    expect(reference.target.layers.map((layer) => layer.createdBy ?? '').join('\n')).toContain(`/${built.deleted}`);
  });

  describe('graded the same, with and without a cache', () => {
    const file = (name: string) => createReadStream(home.path(name));
    const daemon = () => ({ env: { DOCKER_HOST: media.docker.host } });
    const pulling = () => ({ env: { DOCKER_CONFIG: media.config.right } });
    const tcp = () => ({
      env: { DOCKER_HOST: media.docker.tcp, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: media.docker.clientCerts },
    });
    const ca = () => ['--registry-ca', media.authority.ca];
    const ways: [string, (cache: string[]) => Promise<ImageReport>][] = [
      ['docker save', (cache) => scan(cache, `docker-archive:${home.path('app.tar')}`)],
      ['docker save, gzipped', (cache) => scan(cache, `docker-archive:${home.path('app.tar.gz')}`)],
      ['docker save, found by looking', (cache) => scan(cache, home.path('app.tar'))],
      ['docker save on standard input', (cache) => scan(cache, '-', [], { input: file('app.tar') })],
      ['docker save, gzipped, on standard input', (cache) => scan(cache, '-', [], { input: file('app.tar.gz') })],
      ['oci-dir, gzip layers', (cache) => scan(cache, `oci-dir:${home.path('layout')}`)],
      ['oci-dir, zstd layers', (cache) => scan(cache, `oci-dir:${home.path('zstd')}`)],
      ['oci-dir, found by looking', (cache) => scan(cache, home.path('layout'))],
      ['oci-archive, gzip layers', (cache) => scan(cache, `oci-archive:${home.path('layout.tar')}`)],
      ['oci-archive, zstd layers', (cache) => scan(cache, `oci-archive:${home.path('zstd.tar')}`)],
      ['oci-archive, zstd layers, on standard input', (cache) => scan(cache, '-', [], { input: file('zstd.tar') })],
      ['docker:, by its socket', (cache) => scan(cache, `docker:${built.name}`, [], daemon())],
      ['docker:, by option', (cache) => scan(cache, `docker:${built.name}`, ['--docker-host', media.docker.host])],
      ['docker:, over TCP with mutual TLS', (cache) => scan(cache, `docker:${built.name}`, [], tcp())],
      [
        'docker:, by its current context',
        (cache) => scan(cache, `docker:${built.name}`, [], { env: { DOCKER_CONFIG: media.config.context } }),
      ],
      ['a reference that the daemon knows', (cache) => scan(cache, built.name, [], daemon())],
      ['registry:, plain HTTP on loopback', (cache) => scan(cache, `registry:${media.plain.host}/team/app:1.0`)],
      ['registry:, zstd layers', (cache) => scan(cache, `registry:${media.plain.host}/team/zstd:1.0`)],
      [
        'registry:, password and private CA',
        (cache) => scan(cache, `registry:${media.secure.host}/team/app:1.0`, ca(), pulling()),
      ],
    ];
    it.each(ways)('%s', async (_, way) => {
      expect(sameness(await way(['--no-cache']))).toEqual(sameness(reference));
      const shared = ['--cache-dir', home.folder('cache')];
      expect(sameness(await way(shared))).toEqual(sameness(reference));
      expect(sameness(await way(shared))).toEqual(sameness(reference));
    });

    it('registry:, by digest', async () => {
      const byTag = await scan(['--no-cache'], `registry:${media.plain.host}/team/app:1.0`);
      expect(byTag.target.digest).toMatch(/^sha256:/);
      const byDigest = await scan(['--no-cache'], `registry:${media.plain.host}/team/app@${byTag.target.digest}`);
      expect(byDigest.target.digest).toBe(byTag.target.digest);
      expect(sameness(byDigest)).toEqual(sameness(reference));
    });
  });

  it('rootfs:, what umoci unpacks of the layout', async () => {
    await must('umoci', ['unpack', '--image', `${home.path('layout')}:1.0`, home.path('unpacked')], { env: home.env });
    const folder = await scan(['--no-cache'], `rootfs:${home.path('unpacked/rootfs')}`);
    expect(folder.packages.map(({ name, version, size }) => ({ name, version, size }))).toEqual(
      reference.packages.map(({ name, version, size }) => ({ name, version, size })),
    );
    expect(folder.distro).toEqual(reference.distro);
    // A folder shows its setuid files; file capabilities are extended attributes, which Node cannot read.
    const privileged = (from: ImageReport) =>
      from.findings
        .filter(({ rule }) => /^set[ug]id-file$/.test(rule))
        .map(({ rule, evidence }) => [rule, evidence.map((e) => 'path' in e && e.path)]);
    expect(privileged(folder).sort()).toEqual(privileged(reference).sort());
  });

  describe('cannot scan', () => {
    const refused = async (target: string, names: string[], args: string[] = [], env: Record<string, string> = {}) => {
      const ran = await tare(['scan', target, '--no-cache', ...args], { env: { HOME: home.folder('nobody'), ...env } });
      expect(badRefusal(ran)).toBeUndefined();
      for (const name of names) expect(ran.stderr).toContain(name);
      return ran.stderr;
    };
    const app = () => `registry:${media.secure.host}/team/app:1.0`;
    const ca = () => ['--registry-ca', media.authority.ca];
    const daemon = (host: string) => ({ DOCKER_HOST: host, DOCKER_CONFIG: media.config.none });

    it('wrong password', async () => {
      const said = await refused(app(), [media.secure.host], ca(), { DOCKER_CONFIG: media.config.wrong });
      expect(said).toMatch(/credential|password|log ?in|unauthori[sz]ed|401/i);
      expect(said).not.toContain('guess');
    });
    it('no password', () => refused(app(), [media.secure.host], ca(), { DOCKER_CONFIG: media.config.none }));
    it('a certificate of an authority that is not trusted', async () => {
      expect(await refused(app(), [media.secure.host], [], { DOCKER_CONFIG: media.config.right })).toMatch(
        /certificate/i,
      );
    });
    it('the wrong authority', async () => {
      const other = await makeAuthority(home.path('other-ca'));
      const said = await refused(app(), [media.secure.host], ['--registry-ca', other.ca], {
        DOCKER_CONFIG: media.config.right,
      });
      expect(said).toMatch(/certificate/i);
    });
    it('an authority file that is not there', () =>
      refused(app(), ['nowhere.pem'], ['--registry-ca', home.path('nowhere.pem')]));
    it('a tag that is not there', () => refused(`registry:${media.plain.host}/team/app:9.9`, ['team/app', '9.9']));
    it('a repository that is not there', () =>
      refused(`registry:${media.plain.host}/nobody/nothing:1.0`, ['nobody/nothing']));
    it('a stopped registry', async () => {
      const brief = await startRegistry(home, 'brief');
      await brief.stop();
      await refused(`registry:${brief.host}/team/app:1.0`, [brief.host]);
    });
    it('an image that the daemon does not hold', () =>
      refused('docker:tare-e2e/absent:1.0', ['tare-e2e/absent'], [], daemon(media.docker.host)));
    it('no daemon behind the socket', () =>
      refused(`docker:${built.name}`, ['no.sock'], [], daemon(`unix://${home.path('no.sock')}`)));
    it('no daemon behind the port', async () => {
      const closed = `127.0.0.1:${await freePort()}`;
      await refused(`docker:${built.name}`, [closed], [], daemon(`tcp://${closed}`));
    });
    it('a daemon that wants a certificate', () =>
      refused(`docker:${built.name}`, [media.docker.tcp.slice('tcp://'.length)], [], daemon(media.docker.tcp)));
    it('a context that is not there', () =>
      refused(`docker:${built.name}`, ['nowhere'], ['--docker-context', 'nowhere'], {
        DOCKER_CONFIG: media.config.none,
      }));
    it('a blob that is gone from the registry', async () => {
      const [digest, blob] = await pushLonely(home, media, 'gone');
      renameSync(blob, `${blob}.away`);
      await refused(`registry:${media.plain.host}/team/gone:1.0`, [digest]);
    });
    it('a blob that was changed in the registry', async () => {
      const [digest, blob] = await pushLonely(home, media, 'changed');
      const bytes = readFileSync(blob);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(blob, bytes);
      await refused(`registry:${media.plain.host}/team/changed:1.0`, [digest]);
    });
    it('a blob that was cut off in the registry', async () => {
      const [digest, blob] = await pushLonely(home, media, 'short');
      truncateSync(blob, 700);
      await refused(`registry:${media.plain.host}/team/short:1.0`, [digest]);
    });
  });

  function scan(cache: string[], target: string, args: string[] = [], options: RunOptions = {}): Promise<ImageReport> {
    return report(target, [...cache, ...args], { ...options, env: { HOME: home.folder('nobody'), ...options.env } });
  }
});
