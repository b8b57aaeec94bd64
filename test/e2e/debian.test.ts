/** A Debian root filesystem straight from its mirror: the packages are those that dpkg itself counts, through every medium. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImageReport } from '../../src/types/report.ts';
import { type CycloneDx, cycloneDxProblems, type Spdx, spdxProblems } from '../report/sbom/validate.ts';
import { report, tare } from './setup/cli.ts';
import { type Docker, startDocker } from './setup/docker.ts';
import { openHome } from './setup/home.ts';
import { debianRootfs, importRootfs, needsMirror } from './setup/images.ts';
import { sameness } from './setup/same.ts';
import { skopeoCopy } from './setup/skopeo.ts';
import { suite } from './setup/suite.ts';

const needs = {
  root: true,
  tools: ['dockerd', 'docker', 'skopeo', 'debootstrap'],
  other: [needsMirror()],
};

suite('a Debian image', needs, () => {
  const home = openHome('debian');
  const name = 'tare-e2e/debian:1.0';
  let docker: Docker;
  let packages: string[];
  let saved: ImageReport;

  beforeAll(async () => {
    docker = await startDocker(home);
    const debian = await debianRootfs(home);
    packages = debian.packages;
    await importRootfs(home, docker, debian.rootfs, name);
    await docker.cli(['save', name, '-o', home.path('debian.tar')]);
    saved = await scan(`docker-archive:${home.path('debian.tar')}`);
  }, 900_000);
  afterAll(() => home.close(), 120_000);

  it('has the packages that dpkg-query lists in its root', () => {
    expect(packages.length).toBeGreaterThan(50);
    expect(saved.packages.map((pkg) => `${pkg.name} ${pkg.version}`).sort()).toEqual(packages);
    expect(saved.packages.every((pkg) => pkg.type === 'deb' && pkg.layer === 0)).toBe(true);
    expect(saved.distro).toMatchObject({ id: 'debian', distroless: false });
  });

  it('runs as root and holds a package manager and shells', () => {
    const ids = saved.findings.map((finding) => finding.rule);
    expect(ids).toEqual(
      expect.arrayContaining([
        'run-as-root',
        'package-manager-present',
        'shell-present',
        'setuid-file',
        'os-footprint',
      ]),
    );
  });

  it('is graded the same from the daemon, an OCI layout and its own folder', async () => {
    expect(sameness(await scan(`docker:${name}`, ['--docker-host', docker.host]))).toEqual(sameness(saved));
    await skopeoCopy(home, `docker-archive:${home.path('debian.tar')}`, `oci:${home.path('debian-oci')}:1.0`);
    expect(sameness(await scan(`oci-dir:${home.path('debian-oci')}`))).toEqual(sameness(saved));
    const folder = await scan(`rootfs:${home.path('debian-rootfs')}`);
    expect(folder.packages.map((pkg) => `${pkg.name} ${pkg.version}`).sort()).toEqual(packages);
    expect(folder.distro).toEqual(saved.distro);
    rmSync(home.path('debian.tar'));
  });

  it('has a bill of materials of the packages that dpkg-query lists, whatever medium it is read from', async () => {
    const target = `oci-dir:${home.path('debian-oci')}`;
    const write = async (format: string) => {
      const ran = await tare(['sbom', target, '--format', format, '--cache-dir', home.folder('cache')]);
      expect(ran.stderr).toBe('');
      return ran.stdout;
    };
    const [cyclonedx, spdx] = [await write('cyclonedx-json'), await write('spdx-json')];
    expect([...cycloneDxProblems(cyclonedx), ...spdxProblems(spdx)]).toEqual([]);
    const bom = JSON.parse(cyclonedx) as CycloneDx;
    const ours = bom.components.filter(({ purl }) => purl?.startsWith('pkg:deb/'));
    expect(ours.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(packages);
    const theirs = (JSON.parse(spdx) as Spdx).packages.filter(({ externalRefs }) =>
      externalRefs?.some(({ referenceLocator }) => referenceLocator.startsWith('pkg:deb/')),
    );
    expect(theirs.map(({ name, versionInfo }) => `${name} ${versionInfo}`).sort()).toEqual(packages);
  });

  function scan(target: string, args: string[] = []): Promise<ImageReport> {
    return report(target, ['--cache-dir', home.folder('cache'), ...args], { env: { HOME: home.folder('nobody') } });
  }
});
