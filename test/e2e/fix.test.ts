/**
 * Dockerfiles of the corpus, mended by the command line and really built by Docker Engine: the images start as an account without
 * rights. Their bases are roots made in this run, and an Alpine of the corpus, under the names that the files give them.
 */
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import { corpus, corpusDir } from '../support/corpus.ts';
import { buildClassic } from './setup/build.ts';
import { tare } from './setup/cli.ts';
import { type Docker, startDocker } from './setup/docker.ts';
import { type Home, openHome } from './setup/home.ts';
import { importDebian, importRootfs, needsMirror } from './setup/images.ts';
import { suite } from './setup/suite.ts';

interface Case {
  file: string;
  /** Cuts what binds the file to a base that is not here. */
  adapt?: (text: string) => string;
  context?: Record<string, string>;
  /** Lines that the mended file holds. */
  holds: string[];
  user: string;
  group: string;
  /** What the image says when it is started as it is; absent where its program runs on and on. */
  says?: string | RegExp;
}

const cases: Case[] = [
  {
    file: 'aquasecurity__trivy-checks__examples~dockerfile~Dockerfile',
    holds: [
      'RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/*',
      'RUN groupadd --gid 10001 app \\',
      'USER 10001:10001',
    ],
    user: '10001',
    group: '10001',
    says: '',
  },
  {
    file: 'GoogleContainerTools__container-structure-test__tests~Dockerfile.cap',
    holds: [
      'RUN apt-get update && apt-get install -y --no-install-recommends libcap2-bin && rm -rf /var/lib/apt/lists/*',
      'USER 10001:10001',
    ],
    user: '10001',
    group: '10001',
  },
  {
    file: 'schickling__dockerfiles__nodejs~Dockerfile',
    context: { 'install.sh': 'test "$DEBIAN_FRONTEND" = noninteractive && mkdir /opt/made\n' },
    holds: ['ENV DEBIAN_FRONTEND=noninteractive', 'COPY install.sh install.sh', 'USER 10001:10001'],
    user: '10001',
    group: '10001',
    says: '',
  },
  {
    file: 'schickling__dockerfiles__postgres-restore-s3~Dockerfile',
    context: { 'install.sh': 'mkdir /opt/made\n', 'restore.sh': 'echo "$S3_PATH $DROP_PUBLIC"\n' },
    holds: ["ENV S3_PATH='backup'", 'COPY restore.sh restore.sh', 'RUN addgroup -g 10001 app \\', 'USER 10001:10001'],
    user: '10001',
    group: '10001',
    says: 'backup no\n',
  },
  {
    file: 'slimtoolkit__slim__pkg~third_party~compose-go~loader~testdata~Dockerfile',
    holds: ['CMD  ["top"]', 'USER 10001:10001'],
    user: '10001',
    group: '10001',
  },
  {
    file: 'kubernetes__examples___archived~volumes~flexvolume~deploy~Dockerfile',
    context: { 'drivers/dummy': 'driver\n', 'deploy.sh': 'echo deployed by $(id -u)\n' },
    holds: ['CMD ["/bin/sh", "/deploy.sh"]', 'USER 10001:10001'],
    user: '10001',
    group: '10001',
    says: 'deployed by 10001\n',
  },
  {
    file: 'anchore__stereoscope__test~integration~testdata~image-symlinks~Dockerfile',
    adapt: (text) => text.replace(/@sha256:[0-9a-f]{64}/, ''),
    context: { 'file-1.txt': '1\n', 'file-2.txt': '2\n', 'new-file-2.txt': 'new\n' },
    holds: ['COPY file-1.txt .', 'COPY new-file-2.txt file-2.txt', 'USER 10001:10001'],
    user: '10001',
    group: '10001',
  },
];

const needs = {
  root: true,
  tools: ['dockerd', 'docker', 'debootstrap', 'busybox'],
  other: [[corpusDir !== undefined, 'the corpus is not beside the project'], needsMirror()] as [boolean, string][],
};

suite('mended Dockerfiles', needs, () => {
  const home = openHome('fix');
  let docker: Docker;

  beforeAll(async () => {
    docker = await startDocker(home);
    await importDebian(home, docker, 'debian:jessie');
    for (const name of ['ubuntu:20.04', 'ubuntu:22.04']) await docker.cli(['tag', 'debian:jessie', name]);
    await importRootfs(home, docker, busyboxRootfs(home), 'busybox:latest');
    for (const name of ['busybox:1.36', 'busybox:1.31.0-uclibc']) await docker.cli(['tag', 'busybox:latest', name]);
    const said = await docker.cli(['load', '-i', corpus('images/docker-archive/trivy__alpine-39.tar.gz')]);
    await docker.cli(['tag', /Loaded image(?: ID)?: (\S+)/.exec(said)![1]!, 'alpine:3.15']);
  }, 900_000);
  afterAll(() => home.close(), 120_000);

  describe.each(cases)('$file', ({ file, adapt = (text) => text, context = {}, holds, user, group, says }) => {
    const name = `tare-e2e/fix:${cases.findIndex((item) => item.file === file)}`;

    it('is mended, and builds', async () => {
      const folder = home.folder('contexts', file);
      const before = adapt(readFileSync(corpus('dockerfiles', file), 'utf8'));
      writeFileSync(join(folder, 'Dockerfile'), before);
      for (const [path, content] of Object.entries(context)) {
        mkdirSync(join(folder, dirname(path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      const ran = await tare(['lint', join(folder, 'Dockerfile'), '--fix-unsafe', '--fail-on', 'none', '--quiet'], {
        env: { HOME: home.folder('nobody') },
      });
      expect(ran.code).toBe(0);
      const after = readFileSync(join(folder, 'Dockerfile'), 'utf8');
      for (const line of holds) expect(after.split('\n')).toContain(line);
      await buildClassic(docker, folder, name, { timeout: 600_000 });
    }, 600_000);

    it('starts as an account without rights', async () => {
      const started = async (...args: string[]) =>
        docker.cli(['run', '--rm', '--network=host', ...args], { timeout: 120_000 });
      expect(await started('--entrypoint', 'id', name, '-u')).toBe(`${user}\n`);
      expect(await started('--entrypoint', 'id', name, '-g')).toBe(`${group}\n`);
      if (says !== undefined) expect(await started(name)).toEqual(says);
    }, 240_000);
  });
});

/** One static busybox under all of its names. */
function busyboxRootfs(home: Home): string {
  const rootfs = home.folder('busybox');
  for (const folder of ['bin', 'etc', 'tmp', 'root', 'opt', 'home'])
    mkdirSync(join(rootfs, folder), { recursive: true });
  copyFileSync(findTool('busybox') ?? 'busybox', join(rootfs, 'bin/busybox'));
  for (const applet of [
    'sh',
    'echo',
    'id',
    'ln',
    'unlink',
    'rm',
    'mkdir',
    'cat',
    'top',
    'addgroup',
    'adduser',
    'chown',
  ])
    symlinkSync('busybox', join(rootfs, 'bin', applet));
  writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(rootfs, 'etc/shadow'), 'root:*::0:::::\n');
  return rootfs;
}
