import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { debianMirror, findTool } from '../../../scripts/services.mjs';
import type { Docker } from './docker.ts';
import type { Home } from './home.ts';
import { must } from './run.ts';
import { archive, entry, pax } from './tar.ts';

/** What the image built from `dockerfile` holds, so that a test can say it in numbers. */
export const built = {
  name: 'tare-e2e/app:1.0',
  user: 'app',
  setuid: 'usr/bin/raise',
  capability: { path: 'usr/bin/raw', value: 'cap_net_raw' },
  deleted: 'etc/secret-plan',
  packages: [
    ['busybox-static', '1:1.35.0-4+b3'],
    ['tare-sample', '2.0~rc1-1'],
  ] as const,
};

const dockerfile = `FROM tare-e2e/base:1.0
COPY passwd group os-release /etc/
COPY dpkg/ /var/lib/dpkg/
RUN echo 'to be removed' > /etc/secret-plan && mkdir -p /opt/data && echo old > /opt/data/old
RUN cp /bin/busybox /usr/bin/raise && chmod 4755 /usr/bin/raise && cp /bin/busybox /usr/bin/post && chmod 2755 /usr/bin/post
ADD capability.tar /
RUN rm /etc/secret-plan && rm -rf /opt/data && mkdir /opt/data && echo new > /opt/data/new
RUN ln /usr/bin/post /usr/bin/post-too && ln -s ../../bin/busybox /usr/bin/sh-too && ln -s /nowhere /usr/bin/dangling
LABEL org.opencontainers.image.title="tare end-to-end"
ENV PATH=/usr/local/bin:/usr/bin:/bin
EXPOSE 22 8080/tcp
USER app
WORKDIR /opt/data
ENTRYPOINT ["/bin/sh", "-c"]
CMD ["sleep 1"]
`;

/** Builds the small image with Docker Engine's own builder, on a rootfs of one static busybox. */
export async function buildSmallImage(home: Home, docker: Docker): Promise<string> {
  const rootfs = home.folder('busybox-rootfs');
  for (const folder of ['bin', 'etc', 'tmp', 'usr/bin', 'var/lib', 'opt'])
    mkdirSync(join(rootfs, folder), { recursive: true });
  copyFileSync(findTool('busybox') ?? 'busybox', join(rootfs, 'bin/busybox'));
  for (const applet of ['sh', 'cp', 'chmod', 'rm', 'mkdir', 'ln', 'echo', 'sleep'])
    symlinkSync('busybox', join(rootfs, 'bin', applet));
  await importRootfs(home, docker, rootfs, 'tare-e2e/base:1.0');
  const context = home.folder('context');
  writeFileSync(join(context, 'Dockerfile'), dockerfile);
  writeFileSync(join(context, 'passwd'), 'root:x:0:0:root:/root:/bin/sh\napp:x:1234:1234::/opt:/bin/sh\n');
  writeFileSync(join(context, 'group'), 'root:x:0:\napp:x:1234:\nadm:x:4:app\n');
  writeFileSync(
    join(context, 'os-release'),
    'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\n',
  );
  mkdirSync(join(context, 'dpkg/info'), { recursive: true });
  writeFileSync(join(context, 'dpkg/status'), dpkgStatus());
  writeFileSync(join(context, 'dpkg/info/busybox-static.list'), '/.\n/bin\n/bin/busybox\n');
  writeFileSync(join(context, 'dpkg/info/tare-sample.list'), '/.\n/usr/bin/raise\n');
  writeFileSync(join(context, 'capability.tar'), capabilityLayer());
  await docker.cli(['build', '--network=host', '-t', built.name, context]);
  return built.name;
}

const noMirror = "apt's sources name no Debian mirror";

/** What a suite needs that makes a Debian root. */
export function needsMirror(): [boolean, string] {
  return [debianMirror() !== undefined, noMirror];
}

/** A Debian root filesystem from the machine's own mirror; the packages as dpkg in it tells them. */
export async function debianRootfs(home: Home): Promise<{ rootfs: string; packages: string[] }> {
  const rootfs = home.folder('debian-rootfs');
  await must('tar', ['--numeric-owner', '--xattrs', '-C', rootfs, '-xpf', await debianTar(home)], { timeout: 300_000 });
  const said = await must('dpkg-query', [
    '--admindir',
    join(rootfs, 'var/lib/dpkg'),
    '-W',
    '-f',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    '${Package} ${Version} ${Status}\n',
  ]);
  const packages = said.split('\n').filter((line) => line.endsWith(' install ok installed'));
  return { rootfs, packages: packages.map((line) => line.split(' ').slice(0, 2).join(' ')).sort() };
}

/** Installs packages with apt into a root; no service starts while its package is set up. */
export async function installInto(home: Home, rootfs: string, packages: string[], timeout: number): Promise<void> {
  writeFileSync(join(rootfs, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  await must('chroot', [rootfs, 'apt-get', '-qq', '-y', '--no-install-recommends', 'install', ...packages], {
    env: { ...home.env, TMPDIR: '/tmp', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    timeout,
  });
}

/** `docker import` of the Debian root as it is. */
export async function importDebian(home: Home, docker: Docker, name: string): Promise<void> {
  await docker.cli(['import', await debianTar(home), name]);
}

/** The root as an archive, made once in a run of all suites: the first that asks makes it, the others wait. */
async function debianTar(home: Home): Promise<string> {
  const shared = process.env['TARE_TEST_SHARED'];
  if (!shared) return makeDebianTar(home, home.path('debian.tar'));
  const tar = join(shared, 'debian.tar');
  try {
    mkdirSync(join(shared, 'debian.making'));
  } catch {
    const until = Date.now() + 600_000;
    while (!existsSync(tar) && Date.now() < until) await sleep(500);
    // Whoever was to make it has failed, and says so: this suite must not fail with it.
    return existsSync(tar) ? tar : makeDebianTar(home, home.path('debian.tar'));
  }
  return makeDebianTar(home, tar);
}

async function makeDebianTar(home: Home, tar: string): Promise<string> {
  const mirror = debianMirror();
  if (!mirror) throw new Error(noMirror);
  const rootfs = home.path('debian-made');
  await must('debootstrap', ['--variant=minbase', mirror.suite, rootfs, mirror.url], {
    env: { ...home.env, TMPDIR: home.folder('debootstrap-tmp') },
    timeout: 600_000,
  });
  await must('tar', ['--numeric-owner', '--xattrs', '--one-file-system', '-C', rootfs, '-cf', `${tar}.part`, '.']);
  renameSync(`${tar}.part`, tar);
  rmSync(rootfs, { recursive: true, force: true });
  return tar;
}

/** `docker import` of a folder. */
export async function importRootfs(home: Home, docker: Docker, rootfs: string, name: string): Promise<void> {
  const tar = home.path('rootfs.tar');
  await must('tar', ['--numeric-owner', '--xattrs', '--one-file-system', '-C', rootfs, '-cf', tar, '.']);
  await docker.cli(['import', tar, name]);
}

function dpkgStatus(): string {
  return built.packages
    .map(([name, version]) =>
      [
        `Package: ${name}`,
        'Status: install ok installed',
        'Priority: optional',
        'Section: utils',
        'Installed-Size: 1900',
        'Maintainer: Nobody <nobody@example.invalid>',
        'Architecture: amd64',
        `Version: ${version}`,
        'Description: a sample',
        ' with a second line',
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** One file with cap_net_raw+ep (linux/capability.h, VFS_CAP_REVISION_2), written as a tar layer: setcap is not everywhere. */
function capabilityLayer(): Buffer {
  const value = Buffer.alloc(20);
  value.writeUInt32LE(0x02000001, 0);
  value.writeUInt32LE(1 << 13, 4);
  return archive(
    pax({ 'SCHILY.xattr.security.capability': value }),
    entry({ path: built.capability.path, mode: 0o755 }, '#!/bin/sh\nexit 0\n'),
  );
}
