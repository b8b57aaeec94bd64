import { describe, expect, test } from 'vitest';
import { Rootfs } from '../../src/image/rootfs.ts';
import type { FileEntry } from '../../src/types.ts';

const file = (path: string, extra: Partial<FileEntry> = {}): FileEntry => ({
  path,
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 10,
  layer: 0,
  mtime: 0,
  ...extra,
});
const dir = (path: string, extra: Partial<FileEntry> = {}): FileEntry =>
  file(path, { type: 'directory', mode: 0o755, size: 0, ...extra });
const link = (path: string, linkname: string): FileEntry => file(path, { type: 'symlink', linkname, size: 0 });
const hard = (path: string, linkname: string): FileEntry => file(path, { type: 'hardlink', linkname, size: 0 });
const gone = (path: string): FileEntry => file(path, { whiteout: 'file', size: 0 });
const opaque = (path: string): FileEntry => file(path, { whiteout: 'opaque', size: 0 });

function squash(...layers: FileEntry[][]): Rootfs {
  const rootfs = new Rootfs();
  for (const [index, entries] of layers.entries()) rootfs.apply(entries, index);
  return rootfs;
}
const paths = (rootfs: Rootfs): string[] => [...rootfs.nodes()].map((node) => node.path).sort();

describe('rootfs', () => {
  test('every file knows its layer', () => {
    const rootfs = squash([file('a'), file('b')], [file('b', { size: 20 })]);
    expect(rootfs.lookup('a')!.entry.layer).toBe(0);
    expect(rootfs.lookup('b')!.entry).toMatchObject({ layer: 1, size: 20 });
    expect(rootfs.deleted).toEqual([{ path: 'b', size: 10, layer: 0, by: 1, how: 'overwritten' }]);
  });

  test('a whiteout removes what lies below, with all that is in it, and keeps a record', () => {
    const rootfs = squash([dir('etc'), dir('etc/keys'), file('etc/keys/id'), file('etc/passwd')], [gone('etc/keys')]);
    expect(paths(rootfs)).toEqual(['etc', 'etc/passwd']);
    expect(rootfs.deleted).toEqual([{ path: 'etc/keys/id', size: 10, layer: 0, by: 1, how: 'whiteout' }]);
  });

  test('a whiteout acts on lower layers alone, before or behind an entry of its own layer', () => {
    expect(paths(squash([file('a')], [file('a'), gone('a')]))).toEqual(['a']);
    expect(paths(squash([file('a')], [gone('a'), file('a')]))).toEqual(['a']);
  });

  test('an opaque whiteout hides the lower content of its folder, not its own layer’s', () => {
    const rootfs = squash([dir('d'), file('d/old'), dir('d/sub'), file('d/sub/x')], [file('d/new'), opaque('d')]);
    expect(paths(rootfs)).toEqual(['d', 'd/new']);
    expect(rootfs.deleted.map((item) => [item.path, item.how])).toEqual([
      ['d/old', 'opaque'],
      ['d/sub/x', 'opaque'],
    ]);
    expect(paths(squash([file('a')], [opaque(''), file('b')]))).toEqual(['b']);
  });

  test('a folder over a folder keeps its content and takes the new mode; over a file it replaces it', () => {
    const merged = squash([dir('d'), file('d/x')], [dir('d', { mode: 0o700 })]);
    expect(merged.lookup('d')!.entry.mode).toBe(0o700);
    expect(paths(merged)).toEqual(['d', 'd/x']);
    expect(paths(squash([file('d')], [dir('d'), file('d/x')]))).toEqual(['d', 'd/x']);
    expect(paths(squash([dir('d'), file('d/x')], [file('d')]))).toEqual(['d']);
  });

  test('parents that no entry names are made; parents that are symlinks are followed inside', () => {
    expect(paths(squash([file('usr/lib/x')]))).toEqual(['usr', 'usr/lib', 'usr/lib/x']);
    const merged = squash([dir('usr'), dir('usr/lib'), link('lib', 'usr/lib')], [file('lib/libc.so')]);
    expect(merged.lookup('usr/lib/libc.so')).toBeDefined();
    expect(merged.resolve('lib/libc.so')!.path).toBe('usr/lib/libc.so');
    expect(merged.lookup('lib')!.entry.type).toBe('symlink');
  });

  test('a parent that is a symlink to nothing is made where it leads, as containerd does', () => {
    const rootfs = squash([link('a', 'var/../opt/app'), file('a/bin/tool', { mode: 0o4755 })]);
    expect(rootfs.lookup('opt/app/bin/tool')!.entry.mode).toBe(0o4755);
    expect(rootfs.resolve('a/bin/tool')!.path).toBe('opt/app/bin/tool');
    expect(rootfs.misplaced).toEqual([]);
    // A file on the way is no folder.
    expect(squash([file('f'), file('f/x'), file('f/../y')]).misplaced).toHaveLength(2);
  });

  test('symlinks resolve inside the rootfs alone', () => {
    const rootfs = squash([
      dir('etc'),
      file('etc/passwd'),
      link('up', '../../../../etc/passwd'),
      link('abs', '/etc/passwd'),
      link('etc/rel', 'passwd'),
    ]);
    for (const path of ['up', 'abs', 'etc/rel', '/etc/../etc/./rel'])
      expect(rootfs.resolve(path)?.path).toBe('etc/passwd');
    expect(rootfs.lookup('up')!.entry.type).toBe('symlink');
  });

  test('loops and chains without end resolve to nothing', () => {
    const rootfs = squash([link('a', 'b'), link('b', 'a'), link('self', 'self/x')]);
    expect(rootfs.resolve('a')).toBeUndefined();
    expect(rootfs.resolve('self')).toBeUndefined();
    const swelling = squash([link('s', 's/'.repeat(2000))]);
    expect(swelling.resolve('s')).toBeUndefined();
    rootfs.apply([file('a/x')], 1);
    expect(rootfs.misplaced).toEqual([{ path: 'a/x', layer: 1, reason: 'its parent is not a folder' }]);
  });

  test('hardlinks share a file, in any order, and outlive the name they were made from', () => {
    const rootfs = squash([hard('ash', 'busybox'), file('busybox', { size: 99, mode: 0o644 })], [gone('busybox')]);
    expect(rootfs.lookup('ash')!.entry).toMatchObject({ type: 'file', size: 99, mode: 0o644, layer: 0 });
    expect(rootfs.lookup('busybox')).toBeUndefined();
    const missing = squash([hard('a', 'nowhere')]);
    expect(missing.misplaced[0]!.reason).toBe('hardlink to missing nowhere');
    expect(missing.lookup('a')!.entry).toMatchObject({ type: 'file', size: 0 });
  });

  test('a hardlink gives its owner and mode to every name of the file, as a runtime does when it unpacks it', () => {
    const plain = file('bin/app', { mode: 0o755, uid: 1000, gid: 1000 });
    const setuid = { ...hard('bin/other', 'bin/app'), mode: 0o4755, uid: 0, gid: 0 };
    const rootfs = squash([plain, hard('bin/first', 'bin/app'), setuid, file('bin/apart')]);
    for (const path of ['bin/app', 'bin/first', 'bin/other'])
      expect(rootfs.lookup(path)!.entry).toMatchObject({ path, mode: 0o4755, uid: 0, gid: 0 });
    expect(rootfs.lookup('bin/apart')!.entry.mode).toBe(0o644);
    // The last one counts, and a name that was replaced meanwhile is another file.
    const again = squash([
      plain,
      setuid,
      file('bin/app', { size: 3 }),
      { ...hard('bin/third', 'bin/other'), mode: 0o600 },
    ]);
    expect(again.lookup('bin/app')!.entry).toMatchObject({ mode: 0o644, size: 3 });
    expect(again.lookup('bin/other')!.entry.mode).toBe(0o600);
    // What the record says of its entries stays as it was.
    expect(plain.mode).toBe(0o755);
  });

  test('a hardlink brings a file capability, and none takes it away', () => {
    const ping = file('ping', { capability: 'AA==' });
    const names = squash([ping, hard('a', 'ping'), { ...hard('b', 'ping'), capability: 'BB==' }, hard('c', 'b')]);
    expect([...names.nodes()].map((node) => node.entry.capability)).toEqual(['BB==', 'BB==', 'BB==', 'BB==']);
  });

  test('content that AUFS kept aside is there under the names that link to it', () => {
    const rootfs = squash([
      dir('.wh..wh.plnk'),
      file('.wh..wh.plnk/1.2', { size: 77, mode: 0o4755 }),
      hard('etc/key', '.wh..wh.plnk/1.2'),
    ]);
    expect(paths(rootfs)).toEqual(['etc', 'etc/key']);
    expect(rootfs.lookup('etc/key')!.entry).toMatchObject({ size: 77, mode: 0o4755 });
    expect(rootfs.deleted).toEqual([]);
  });

  test('knows which entry of which layer a path shows', () => {
    const rootfs = squash(
      [
        dir('etc'),
        file('etc/a'),
        file('etc/a', { size: 11 }),
        link('e', 'etc'),
        file('etc/b'),
        file('e/b', { size: 12 }),
      ],
      [hard('etc/c', 'etc/a')],
    );
    expect(rootfs.shows('etc/a', 0, 1)).toBeUndefined();
    expect(rootfs.shows('etc/a', 0, 2)?.entry.size).toBe(11);
    // The same place by another way.
    expect(rootfs.shows('etc/b', 0, 4)).toBeUndefined();
    expect(rootfs.shows('e/b', 0, 5)?.path).toBe('etc/b');
    expect(rootfs.lookup('etc/c')!.source).toEqual({ layer: 0, entry: 2 });
  });

  test('folders that no entry names are counted, since one path may need hundreds', () => {
    const rootfs = new Rootfs({ symlinkHops: 40, pathSteps: 1e6, entriesPerImage: 1000 });
    const deep = (i: number): FileEntry => file(`r${i}/${'d/'.repeat(200)}f`);
    rootfs.apply([0, 1, 2, 3].map(deep), 0);
    expect(() => rootfs.apply([deep(4)], 1)).toThrow(/limit entriesPerImage \(1000\) with folders that no entry names/);
  });

  test('nothing but a folder can stand for the root', () => {
    const rootfs = squash([file(''), link('', 'etc'), hard('', 'a'), file('a')]);
    expect(rootfs.root.entry.type).toBe('directory');
    expect(paths(rootfs)).toEqual(['a']);
  });

  test('symlinks that wind through each other are followed up to a bound for all paths together', () => {
    const rootfs = new Rootfs({ symlinkHops: 40, pathSteps: 20_000, entriesPerImage: 1e6 });
    const chain = Array.from({ length: 30 }, (_, i) => link(`s${i}`, `${'x/../'.repeat(20)}s${i + 1}`));
    rootfs.apply([dir('x'), dir('s30'), ...chain], 0);
    expect(rootfs.resolve('s0')?.path).toBe('s30');
    // Neighbours share the way to their folder …
    rootfs.apply(
      Array.from({ length: 5000 }, (_, i) => file(`s0/f${i}`)),
      1,
    );
    expect(rootfs.lookup('s30/f4999')).toBeDefined();
    // … and what is asked apart adds up.
    expect(() => {
      for (let i = 0; i < 100; i++) rootfs.resolve('s0');
    }).toThrow(/limit pathSteps \(20000\).*--limit pathSteps=N/);
  });

  test('the way to a folder is forgotten when something on it moves', () => {
    const rootfs = squash([dir('a'), file('a/one'), dir('b')], [gone('a'), link('a', 'b'), file('a/two')]);
    expect(paths(rootfs)).toEqual(['a', 'b', 'b/two']);
    rootfs.apply([dir('a'), file('a/three')], 2);
    expect(paths(rootfs)).toEqual(['a', 'a/three', 'b', 'b/two']);
  });

  test('names that JavaScript objects know are only names', () => {
    expect(paths(squash([file('__proto__/constructor'), file('toString')]))).toEqual([
      '__proto__',
      '__proto__/constructor',
      'toString',
    ]);
  });
});
