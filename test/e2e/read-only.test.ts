/**
 * What `--suggest docker` prints is run as it stands: the container starts with a read-only root filesystem, the suggested
 * user and mounts, and does its work. And what the surface says is held against what the kernel lets that user do.
 */
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import { buildClassic } from './setup/build.ts';
import { report, tare } from './setup/cli.ts';
import { type Docker, startDocker } from './setup/docker.ts';
import { openHome } from './setup/home.ts';
import { debianRootfs, importRootfs, installInto, needsMirror } from './setup/images.ts';
import { must } from './setup/run.ts';
import { suite } from './setup/suite.ts';

const needs = {
  root: true,
  tools: ['dockerd', 'docker', 'debootstrap', 'chroot', 'busybox'],
  other: [needsMirror()],
};

/** An image, what the suggestion must hold, and a question with its answer. */
const services = [
  {
    name: 'tare-e2e/httpd:1.0',
    dockerfile: `FROM scratch
COPY busybox /busybox
COPY index.html /www/index.html
EXPOSE 80
CMD ["/busybox", "httpd", "-f", "-p", "80", "-h", "/www"]
`,
    holds: ['--user 65532:65532'],
    ask: ['/busybox', 'wget', '-qO-', 'http://127.0.0.1/'],
    answer: 'hello from a read-only root',
    failsWithout: false,
  },
  {
    name: 'tare-e2e/nginx:1.0',
    dockerfile: `FROM tare-e2e/services:1.0
EXPOSE 80
CMD ["nginx", "-g", "daemon off;"]
`,
    holds: ['--user 33:33', '--tmpfs /run:uid=33', '--tmpfs /var/lib/nginx:uid=33', '--tmpfs /var/log/nginx:uid=33'],
    ask: ['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/80; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3'],
    answer: 'Welcome to nginx',
    failsWithout: true,
  },
  {
    name: 'tare-e2e/redis:1.0',
    dockerfile: `FROM tare-e2e/services:1.0
EXPOSE 6379
CMD ["redis-server", "/etc/redis/redis.conf", "--daemonize", "no"]
`,
    holds: ['--mount type=volume,dst=/var/lib/redis', '--tmpfs /var/log/redis:uid='],
    ask: ['sh', '-c', 'redis-cli set word kept && redis-cli save && redis-cli get word'],
    answer: 'OK\nOK\nkept',
    failsWithout: true,
  },
];

/** Every kind of permission, for the user that runs. */
const permissions = `FROM tare-e2e/services:1.0
RUN useradd -u 1234 -m app && groupadd -g 4321 team && usermod -aG team app \\
 && mkdir -p /srv/own/deep /srv/closed/open /srv/sticky /srv/team /srv/world /srv/odd \\
 && echo x | tee /srv/own/deep/file /srv/closed/open/file /srv/sticky/roots /srv/sticky/mine /srv/team/file /srv/world/file \\
      /srv/odd/group /srv/odd/denied /srv/odd/plain /srv/odd/read-only > /dev/null \\
 && chown app /srv/own /srv/sticky/mine /srv/odd/read-only && chmod 700 /srv/closed && chmod 777 /srv/closed/open /srv/world \\
 && chmod 1777 /srv/sticky && chgrp team /srv/team /srv/odd/group /srv/odd/denied && chmod 775 /srv/team \\
 && chmod 664 /srv/odd/group && chmod 606 /srv/odd/denied && chmod 400 /srv/odd/read-only
USER app
CMD ["sleep", "1"]
`;

suite('a read-only root filesystem', needs, () => {
  const home = openHome('read-only');
  const env = { HOME: home.folder('nobody') };
  let docker: Docker;

  beforeAll(async () => {
    docker = await startDocker(home);
    const { rootfs } = await debianRootfs(home);
    await installInto(home, rootfs, ['nginx', 'redis-server'], 600_000);
    await importRootfs(home, docker, rootfs, 'tare-e2e/services:1.0');
  }, 900_000);
  afterAll(() => home.close(), 120_000);

  describe.each(services)('$name', ({ name, dockerfile, holds, ask, answer, failsWithout }) => {
    const id = name.replace(/\W/g, '-');

    it('starts as suggested, and answers', async () => {
      const context = home.folder('contexts', id);
      writeFileSync(join(context, 'Dockerfile'), dockerfile);
      writeFileSync(join(context, 'index.html'), 'hello from a read-only root\n');
      copyFileSync(findTool('busybox') ?? 'busybox', join(context, 'busybox'));
      await buildClassic(docker, context, name);
      const args = ['--docker-host', docker.host, '--no-cache', '--fail-on', 'none', '--suggest', 'docker'];
      const { code, stdout, stderr } = await tare(['scan', `docker:${name}`, ...args], { env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const part of holds) expect(stdout).toContain(part);
      // The command as it was printed, on an engine and in a network of the suite's own.
      const own = `docker() { shift; command docker -H '${docker.host}' run -d --network none --name ${id} "$@"; }\n`;
      await must('sh', ['-c', own + stdout], { env: { ...home.env, DOCKER_CONFIG: home.folder('docker-config') } });
      expect(await answered(id, ask)).toContain(answer);
      expect(
        (await docker.cli(['inspect', '-f', '{{.HostConfig.ReadonlyRootfs}} {{.State.Running}}', id])).trim(),
      ).toBe('true true');
    }, 180_000);

    if (!failsWithout) return;
    it('does not without the mounts', async () => {
      const user = (await docker.cli(['inspect', '-f', '{{.Config.User}}', id])).trim();
      const bare = ['run', '-d', '--network', 'none', '--read-only', '--user', user, '--name', `${id}-bare`, name];
      await docker.cli(bare);
      expect(await answered(`${id}-bare`, ask, 3)).not.toContain(answer);
    }, 60_000);
  });

  it('has the surface that the kernel tells', async () => {
    const context = home.folder('contexts', 'permissions');
    mkdirSync(context, { recursive: true });
    writeFileSync(join(context, 'Dockerfile'), permissions);
    symlinkSync('nowhere', join(context, 'link'));
    const name = 'tare-e2e/permissions:1.0';
    await buildClassic(docker, context, name);
    const { surface } = await report(`docker:${name}`, ['--docker-host', docker.host, '--no-cache'], { env });
    const listed = surface!.paths.map(({ path }) => `/${path}`);
    expect(listed.filter((path) => path.startsWith('/srv'))).toEqual([
      '/srv/odd/group',
      '/srv/odd/read-only',
      '/srv/own',
      '/srv/sticky',
      '/srv/sticky/mine',
      '/srv/team',
      '/srv/world',
    ]);
    // Folders that it may not enter make find fail; what it saw counts.
    const asked = (test: string) => {
      const find = `find / -xdev \\( -path /proc -o -path /sys -o -path /dev \\) -prune -o \\( -type f -o -type d \\) ${test} -print`;
      return docker.cli(['run', '--rm', '--network', 'none', name, 'sh', '-c', `${find} 2>/dev/null || true`]);
    };
    const lines = (text: string) => text.split('\n').filter(Boolean);
    const writable = lines(await asked('-writable'));
    const owned = new Set(lines(await asked('-user app')));
    expect(writable.length).toBeGreaterThan(8);
    // All that the user may write is in the surface, or below something that is.
    expect(writable.filter((path) => !listed.some((own) => path === own || path.startsWith(`${own}/`)))).toEqual([]);
    // And all of the surface may be written, or belongs to the user, who may then change its mode.
    expect(listed.filter((path) => !writable.includes(path) && !owned.has(path))).toEqual([]);
  }, 180_000);

  /** Asks until there is an answer; what was said last, else. */
  async function answered(id: string, ask: string[], tries = 40): Promise<string> {
    let said = '';
    for (let i = 0; i < tries; i++) {
      try {
        return await docker.cli(['exec', id, ...ask]);
      } catch (error) {
        said = String(error);
        await sleep(250);
      }
    }
    return `${said}\n${await docker.cli(['logs', id]).catch(String)}`;
  }
});
