import { describe, expect, it } from 'vitest';
import type { WritableSurface } from '../../../src/types/surface.ts';
import type { ContainerConfig } from '../../../src/types.ts';
import { valueIn } from '../../support/facts.ts';
import { factsOf, type TestLayer } from '../../support/image.ts';

const accounts: TestLayer = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n',
  'etc/group': 'root:x:0:\napp:x:1000:\nstaff:x:50:app\n',
};
const mine = { uid: 1000, gid: 1000 };
const text = { content: 'xxxx', mode: 0o644 };
const folder = { folder: true as const };

async function surfaceOf(
  layer: TestLayer,
  container: Partial<ContainerConfig> = {},
  ...more: TestLayer[]
): Promise<WritableSurface> {
  const { facts } = await factsOf({
    layers: [{ ...accounts, ...layer }, ...more],
    container: { user: 'app', ...container },
  });
  return valueIn(facts.surface);
}

/** `path kind by files`. */
function shown({ paths }: WritableSurface): string[] {
  return paths.map(({ path, kind, by, files }) => `${path} ${kind} ${by} ${files}`);
}

describe('the writable surface', () => {
  it('is what owner, group and others may write, by the one class that applies', async () => {
    const surface = await surfaceOf({
      'srv/own': { ...text, ...mine },
      'srv/own-read-only': { ...text, ...mine, mode: 0o444 },
      'srv/group': { ...text, gid: 1000, mode: 0o664 },
      'srv/group-reads': { ...text, gid: 1000, mode: 0o646 },
      'srv/supplementary': { ...text, gid: 50, mode: 0o660 },
      'srv/other-group': { ...text, gid: 51, mode: 0o660 },
      'srv/world': { ...text, mode: 0o666 },
      'srv/none': text,
      'srv/link': { link: 'none' },
    });
    expect(shown(surface)).toEqual([
      'srv/group data own 1',
      'srv/own data own 1',
      'srv/own-read-only data own 1',
      'srv/supplementary data own 1',
      'srv/world data world 1',
    ]);
    expect(surface.counts.data).toEqual({ files: 5, bytes: 20 });
  });

  it('has no supplementary groups where the config names a group', async () => {
    const layer: TestLayer = { 'srv/file': { ...text, gid: 50, mode: 0o660 } };
    expect(shown(await surfaceOf(layer, { user: 'app:app' }))).toEqual([]);
    expect(shown(await surfaceOf(layer, { user: '1000' }))).toHaveLength(1);
    expect(shown(await surfaceOf(layer, { user: '4242:50' }))).toHaveLength(1);
  });

  it('holds all that lies below a folder that may be changed, and names the folder alone', async () => {
    const surface = await surfaceOf({
      'opt/app/': { ...folder, ...mine },
      'opt/app/server.js': text,
      'opt/app/lib/': folder,
      'opt/app/lib/deep/': { ...folder, mode: 0o700 },
      'opt/app/lib/deep/settings.yaml': text,
      'opt/app/node_modules/x/index.js': text,
      'opt/other/server.js': text,
    });
    expect(shown(surface)).toEqual(['opt/app code own 3']);
    expect(surface.counts).toMatchObject({ code: { files: 1 }, config: { files: 1 }, library: { files: 1 } });
  });

  it('ends where a folder above may not be searched', async () => {
    const surface = await surfaceOf({
      'secret/': { ...folder, mode: 0o700 },
      'secret/file': { ...text, mode: 0o666 },
      'team/': { ...folder, mode: 0o750, gid: 1000 },
      'team/file': { ...text, mode: 0o666 },
      'read-only/': { ...folder, mode: 0o744 },
      'read-only/file': { ...text, ...mine },
    });
    expect(shown(surface)).toEqual(['team/file data world 1']);
  });

  it('leaves to others what is theirs in a folder with the sticky bit', async () => {
    const surface = await surfaceOf({
      'tmp/': { ...folder, mode: 0o1777 },
      'tmp/root.sh': text,
      'tmp/mine': { ...text, ...mine },
      'srv/drop/': { ...folder, mode: 0o777 },
      'srv/drop/root.sh': text,
      'srv/own/': { ...folder, ...mine, mode: 0o1755 },
      'srv/own/root.sh': text,
      'srv/write-only/': { ...folder, mode: 0o776 },
      'srv/write-only/root.sh': text,
    });
    expect(shown(surface)).toEqual([
      'srv/drop code world 1',
      'srv/own code own 1',
      'tmp temporary world 0',
      'tmp/mine temporary own 1',
    ]);
  });

  it('tells programs, libraries, configuration, data and what is temporary', async () => {
    const own = { ...text, ...mine };
    const surface = await surfaceOf(
      {
        'usr/local/bin/tool': { ...own, mode: 0o755 },
        'opt/real/program': own,
        'usr/bin/program': { link: '../../opt/real/program' },
        'tools/bin/': { ...folder, ...mine },
        'usr/lib/x86_64-linux-gnu/libz.so.1': own,
        'opt/x/libown.so': own,
        'usr/lib/python3/dist-packages/x.py': own,
        'etc/app/settings': own,
        'opt/x/app.properties': own,
        'opt/x/worker': { ...own, content: '#!/bin/sh\n', mode: 0o755 },
        start: own,
        'var/cache/x/y.js': own,
        'home/app/.bashrc': own,
        'home/app/.cache/x/y.py': own,
        'home/app/.npm/z.js': own,
        'home/app/.local/lib/python3/site-packages/m.py': own,
        'home/app/main.py': own,
        'dev/shm/x.py': own,
        'var/lib/app/table': own,
      },
      { env: ['PATH=/tools/bin:/usr/local/bin:/usr/bin'], entrypoint: ['/start'] },
    );
    expect(shown(surface)).toEqual([
      'home/app/main.py code own 1',
      'opt/x/worker code own 1',
      'start code own 1',
      'opt/real/program path own 1',
      'tools/bin path own 0',
      'usr/local/bin/tool path own 1',
      'home/app/.local/lib/python3/site-packages/m.py library own 1',
      'opt/x/libown.so library own 1',
      'usr/lib/python3/dist-packages/x.py library own 1',
      'usr/lib/x86_64-linux-gnu/libz.so.1 library own 1',
      'etc/app/settings config own 1',
      'opt/x/app.properties config own 1',
      'home/app/.bashrc data own 1',
      'home/app/.cache/x/y.py data own 1',
      'home/app/.npm/z.js data own 1',
      'var/lib/app/table data own 1',
      'var/cache/x/y.js temporary own 1',
    ]);
  });

  it('counts what the container starts as code', async () => {
    const surface = await surfaceOf({ start: { ...text, ...mine, mode: 0o755 } }, { entrypoint: ['/start'] });
    expect(shown(surface)).toEqual(['start code own 1']);
  });

  it('holds a folder of PATH that is not there and can be made', async () => {
    const env = ['PATH=/home/app/bin:/usr/local/bin:/opt/bin:/srv/app/own/bin'];
    const surface = await surfaceOf(
      {
        'home/app/': { ...folder, ...mine },
        'srv/app/': { ...folder, mode: 0o700 },
        'srv/app/own/': { ...folder, ...mine },
      },
      { env },
    );
    expect(shown(surface)).toEqual(['home/app/bin path parent 0', 'home/app data own 0']);
  });

  it('is of the rootfs as it stands', async () => {
    const surface = await surfaceOf(
      { 'opt/a': { ...text, ...mine }, 'opt/b': { ...text, ...mine }, 'opt/c': text },
      {},
      { 'opt/.wh.a': '', 'opt/b': text, 'opt/c': { ...text, ...mine } },
    );
    expect(surface.paths).toMatchObject([{ path: 'opt/c', layer: 1 }]);
  });

  it('is everything for uid 0, under whatever name', async () => {
    for (const user of ['', '0:1000', 'root']) {
      const surface = await surfaceOf({ 'opt/main.py': text, 'srv/data': text, 'tmp/': folder }, { user });
      expect(surface).toMatchObject({ everything: true, paths: [], more: 0 });
      expect(surface.counts).toMatchObject({ code: { files: 1, bytes: 4 }, config: { files: 2 }, data: { files: 1 } });
    }
  });

  it('is not known where the user is not', async () => {
    for (const [image, reason] of [
      [{ container: { user: 'ghost' } }, 'no user of the name ghost'],
      [{ container: { user: 'app:ghosts' } }, 'no group of the name app:ghosts'],
      [{ platform: { os: 'windows' } }, 'Windows'],
      [{ image: { kind: 'rootfs' as const } }, 'root filesystem'],
    ] as const) {
      const { facts } = await factsOf({ layers: [accounts], ...image });
      expect(facts.surface).toMatchObject({ known: false, reason: expect.stringContaining(reason) });
    }
  });

  it('names a thousand paths, the most dangerous ones, and counts all', async () => {
    const layer: TestLayer = {};
    for (let i = 0; i < 25_000; i++) layer[`data/${i}`] = { ...text, ...mine };
    layer['zz/main.py'] = { ...text, ...mine };
    const surface = await surfaceOf(layer);
    expect(surface.paths).toHaveLength(1000);
    expect(surface.paths[0]).toMatchObject({ path: 'zz/main.py', kind: 'code' });
    expect(surface.more).toBe(24_001);
    expect(surface.counts.data.files).toBe(25_000);
  });

  it('is not misled by symlink loops or by what stands in PATH', async () => {
    const surface = await surfaceOf(
      { 'a/b': { link: '../a/b' }, c: { link: 'c' }, 'opt/x': { ...text, ...mine } },
      { env: ['PATH=/a/b:/c:/c/d:/../../etc:relative:/opt/x:/'] },
    );
    expect(shown(surface)).toEqual(['opt/x data own 1']);
  });
});

describe('what everybody may change', () => {
  const world = async (layer: TestLayer) => {
    const { facts, status } = await factsOf({ layers: [{ ...accounts, ...layer }], container: { user: 'app' } });
    return { paths: valueIn(facts.worldWritable).map(({ path }) => path), status };
  };

  it('is found behind any number of folders that are meant to be shared', async () => {
    const shared = Array.from({ length: 1500 }, (_, i) => [`usr/lib/${i}/`, { ...folder, mode: 0o1777 }] as const);
    const { paths, status } = await world({
      ...Object.fromEntries(shared),
      'srv/open/': { ...folder, mode: 0o777 },
      'usr/lib/7/open.txt': { ...text, mode: 0o666 },
    });
    expect(paths).toEqual(['usr/lib/7/open.txt', 'srv/open']);
    expect(status).toEqual([]);
  });

  it('is said to be cut where it is more than can be named', async () => {
    const open = Array.from({ length: 1500 }, (_, i) => [`srv/${i}/`, { ...folder, mode: 0o777 }] as const);
    const { paths, status } = await world(Object.fromEntries(open));
    expect(paths).toHaveLength(1000);
    expect(status).toMatchObject([
      { part: 'world-writable', message: expect.stringMatching(/^1500 paths .* the 1000 most/) },
    ]);
  });
});
