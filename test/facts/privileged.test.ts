import { describe, expect, test } from 'vitest';
import { dpkg } from '../support/dpkg.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestLayer } from '../support/image.ts';

const netRaw = 'AQAAAgAgAAAAAAAAAAAAAAAAAAA=';
const layer: TestLayer = {
  'usr/bin/su': { mode: 0o4755, content: 'x' },
  'usr/bin/wall': { mode: 0o2755, gid: 5, content: 'x' },
  'usr/bin/locked': { mode: 0o2644, content: 'x' },
  'usr/bin/ping': { mode: 0o755, content: 'x', capability: netRaw },
  'usr/bin/odd': { mode: 0o755, content: 'x', capability: 'AAAA' },
  'usr/bin/plain': { mode: 0o755, content: 'x' },
  'usr/bin/dbus': { mode: 0o4750, gid: 81, content: 'x' },
  'srv/': { folder: true, mode: 0o2775 },
  'private/': { folder: true, mode: 0o700 },
  'private/su': { mode: 0o4755, content: 'x' },
  'usr/bin/link': { link: 'su' },
  ...dpkg({ 'util-linux': ['/usr/bin/su'] }),
  'etc/group': 'dbus:x:81:app\n',
  'etc/passwd': 'app:x:1000:1000::/:\n',
};

async function filesOf(user: string, ...more: TestLayer[]) {
  const { facts, status } = await factsOf({ layers: [layer, ...more], container: { user } });
  return { files: new Map(valueIn(facts.privilegedFiles).map((file) => [file.path, file])), status };
}

describe('privileged files', () => {
  test('are setuid and setgid programs and files with capabilities, and nothing else', async () => {
    const { files, status } = await filesOf('65532');
    expect([...files.keys()].sort()).toEqual([
      'private/su',
      'usr/bin/dbus',
      'usr/bin/ping',
      'usr/bin/su',
      'usr/bin/wall',
    ]);
    expect(files.get('usr/bin/su')).toMatchObject({
      setuid: true,
      setgid: false,
      mode: 0o4755,
      package: 'util-linux',
      layer: 0,
    });
    expect(files.get('usr/bin/wall')).toMatchObject({ setuid: false, setgid: true, gid: 5 });
    expect(files.get('usr/bin/ping')).toMatchObject({ setuid: false, capabilities: ['cap_net_raw'] });
    expect(status).toContainEqual(
      expect.objectContaining({ part: 'privileged-files', message: expect.stringContaining('usr/bin/odd') }),
    );
  });

  test('are reachable as mode, owner, group and the folders above allow', async () => {
    const reachable = async (user: string) =>
      [...(await filesOf(user)).files.values()]
        .filter((file) => file.reachable)
        .map(({ path }) => path)
        .sort();
    expect(await reachable('65532')).toEqual(['usr/bin/ping', 'usr/bin/su', 'usr/bin/wall']);
    expect(await reachable('app')).toEqual(['usr/bin/dbus', 'usr/bin/ping', 'usr/bin/su', 'usr/bin/wall']);
    expect(await reachable('1000:81')).toContain('usr/bin/dbus');
    expect(await reachable('')).toHaveLength(5);
    expect(await reachable('ghost')).toHaveLength(5);
  });

  test('are those of the squashed rootfs', async () => {
    const { files } = await filesOf('', {
      'usr/bin/su': { mode: 0o755, content: 'x' },
      'usr/bin/.wh.wall': '',
      'usr/bin/new': { mode: 0o6755, content: 'x' },
    });
    expect(files.has('usr/bin/su')).toBe(false);
    expect(files.has('usr/bin/wall')).toBe(false);
    expect(files.get('usr/bin/new')).toMatchObject({ layer: 1, setuid: true, setgid: true });
  });
});
