import { describe, expect, it } from 'vitest';
import type { WritableSurface } from '../../../src/types/surface.ts';
import type { ContainerConfig } from '../../../src/types.ts';
import { elf } from '../../support/elf.ts';
import { valueIn } from '../../support/facts.ts';
import { factsOf, type TestLayer } from '../../support/image.ts';

const program = { content: elf({}), mode: 0o755 };
const folder = { folder: true as const };
const passwd =
  'root:x:0:0:root:/root:/bin/sh\nnginx:x:101:101::/nonexistent:/bin/false\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n';

async function surfaceOf(layer: TestLayer, container: Partial<ContainerConfig>): Promise<WritableSurface> {
  const { facts } = await factsOf({ layers: [{ 'etc/passwd': passwd, ...layer }], container });
  return valueIn(facts.surface);
}

/** `path kind need files`. */
function shown({ mounts }: WritableSurface): string[] {
  return mounts.map(({ path, kind, need, files }) => `${path} ${kind} ${need} ${files}`);
}

const nginx: TestLayer = {
  'usr/sbin/nginx': program,
  'run/': folder,
  'run/lock/': folder,
  'var/run': { link: '/run' },
  'var/cache/nginx/': folder,
  'var/log/nginx/access.log': { link: '/dev/stdout' },
  'tmp/': { folder: true, mode: 0o1777 },
};

describe('the mounts of a read-only root filesystem', () => {
  it('are those that the program is known to need, of the folders that the image has', async () => {
    const surface = await surfaceOf(nginx, { cmd: ['nginx', '-g', 'daemon off;'] });
    expect(shown(surface)).toEqual(['run tmpfs must 0', 'tmp tmpfs may 0', 'var/cache/nginx tmpfs must 0']);
    expect(surface.mounts[0]).toMatchObject({ why: 'pid file (nginx)', evidence: { at: 'file', path: 'run' } });
    expect(surface.mountsComplete).toBe(true);
  });

  it('are found through start scripts', async () => {
    const script = { content: '#!/bin/sh\nset -e\nexec "$@"\n', mode: 0o755 };
    const surface = await surfaceOf(
      { ...nginx, 'bin/sh': program, 'docker-entrypoint.sh': script },
      { entrypoint: ['/docker-entrypoint.sh'], cmd: ['nginx'] },
    );
    expect(shown(surface)).toContain('run tmpfs must 0');
  });

  it('take what the image declares as it is, there or not', async () => {
    const surface = await surfaceOf(
      { ...nginx, 'srv/data/seed': 'x' },
      { cmd: ['nginx'], volumes: ['/var/cache/nginx', '/srv/data/', '/new/place', '/', '/../etc', '/usr'] },
    );
    expect(shown(surface)).toEqual([
      'new/place volume declared 0',
      'run tmpfs must 0',
      'srv/data volume declared 1',
      'tmp tmpfs may 0',
      'var/cache/nginx volume declared 0',
    ]);
  });

  it('hold what the image gave to its user to write, and neither code nor all of /var', async () => {
    const own = { folder: true as const, uid: 101, gid: 101 };
    const surface = await surfaceOf(
      {
        'app/': own,
        'app/main.py': 'x',
        'srv/uploads/': own,
        'srv/seeded/': own,
        'srv/seeded/table': 'x',
        'var/spool/': own,
        'home/nginx/': own,
        'home/nginx/.profile': 'x',
        'opt/': own,
        'etc/passwd': 'nginx:x:101:101::/home/nginx:/bin/sh\n',
      },
      { user: 'nginx', cmd: ['/app/main.py'] },
    );
    expect(shown(surface)).toEqual([
      'home/nginx tmpfs may 1',
      'srv/seeded volume may 1',
      'srv/uploads tmpfs may 0',
      'var/spool tmpfs may 0',
    ]);
  });

  it('know the working folder', async () => {
    const surface = await surfaceOf(
      { 'srv/shop/tmp/': folder, 'srv/shop/log/': folder, 'usr/bin/puma': program },
      { workingDir: '/srv/shop', cmd: ['puma'] },
    );
    expect(shown(surface)).toEqual(['srv/shop/log tmpfs must 0', 'srv/shop/tmp tmpfs must 0']);
  });

  it('say where the start command could not be followed', async () => {
    expect(await surfaceOf({}, { cmd: ['/missing'] })).toMatchObject({ mounts: [], mountsComplete: false });
  });

  it('are named at once, however many slashes a volume has', async () => {
    const volume = `/v${'/'.repeat(1_000_000)}w`;
    expect((await surfaceOf({}, { volumes: [volume] })).mounts).toHaveLength(1);
  });

  it('stay few, whatever the image declares', async () => {
    const volumes = Array.from({ length: 5000 }, (_, i) => `/v/${i}`);
    expect((await surfaceOf({}, { volumes })).mounts).toHaveLength(64);
  });
});

describe('the account to run as instead of root', () => {
  const gosu: TestLayer = { 'usr/bin/gosu': program, 'bin/su': program, 'usr/bin/setpriv': program, app: program };

  it('is the one that the start command changes to', async () => {
    for (const cmd of [
      ['gosu', 'www-data', '/app'],
      ['gosu', 'www-data:www-data', '/app'],
      ['su', 'www-data', '-c', '/app'],
      ['su', '-s', '/bin/sh', '-c', '/app', 'www-data'],
      ['setpriv', '--reuid=www-data', '--clear-groups', '/app'],
      ['setpriv', '--reuid', 'www-data', '/app'],
      ['su', '-g', 'nginx', 'www-data', '/app'],
      ['su', '-', 'www-data', '/app'],
    ]) {
      const { spareUser } = await surfaceOf(gosu, { cmd });
      expect(spareUser, cmd.join(' ')).toEqual({ name: 'www-data', uid: 33, gid: 33, via: 'drops' });
    }
  });

  it('is the one that the program is packaged for', async () => {
    expect((await surfaceOf(nginx, { cmd: ['nginx'] })).spareUser).toMatchObject({ name: 'nginx', via: 'workload' });
  });

  it('is the only one for people', async () => {
    const one: TestLayer = { ...gosu, 'etc/passwd': `${passwd}node:x:1000:1000::/home/node:/bin/sh\n` };
    expect((await surfaceOf(one, { cmd: ['/app'] })).spareUser).toMatchObject({ name: 'node', via: 'only' });
    const two: TestLayer = { ...gosu, 'etc/passwd': 'a:x:1000:1000::/:\nb:x:1001:1001::/:\n' };
    expect((await surfaceOf(two, { cmd: ['/app'] })).spareUser).toBeUndefined();
  });

  it('is nobody where the container runs as another user already, and never root', async () => {
    expect((await surfaceOf(nginx, { user: 'nginx', cmd: ['nginx'] })).spareUser).toBeUndefined();
    const toor: TestLayer = { ...gosu, 'etc/passwd': 'toor:x:0:0::/:\n' };
    expect((await surfaceOf(toor, { cmd: ['gosu', 'toor', '/app'] })).spareUser).toBeUndefined();
  });
});
