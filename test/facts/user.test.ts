import { describe, expect, test } from 'vitest';
import type { RunUser } from '../../src/types/facts.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestImage } from '../support/image.ts';

const passwd = [
  'root:x:0:0:root:/root:/bin/sh',
  'toor:x:0:0::/root:/bin/sh',
  'app:x:1000:1001::/app:/bin/sh',
  'app:x:7:7::/second:/bin/sh',
  '1500:x:0:0::/:/bin/sh',
  'broken:x:abc:5::/:',
  'daemon:x:2:2::/:/sbin/nologin',
].join('\n');
const group = ['root:x:0:', 'adm:x:4:app,daemon', 'video:x:44:app', 'wheel:x:10:root', '60:x:61:'].join('\n');

async function userOf(spec: string, rest: Partial<TestImage> = {}): Promise<RunUser> {
  const { facts } = await factsOf({
    layers: [{ 'etc/passwd': passwd, 'etc/group': group }],
    ...rest,
    container: { user: spec, ...rest.container },
  });
  return valueIn(facts.user);
}

describe('the run user', () => {
  test.each<[string, Partial<RunUser>]>([
    ['', { uid: 0, gid: 0, name: 'root', defaulted: true, numeric: false, groups: [10] }],
    ['root', { uid: 0, gid: 0, name: 'root', defaulted: false, numeric: false }],
    ['toor', { uid: 0, name: 'toor', numeric: false }],
    ['0', { uid: 0, gid: 0, name: 'root', numeric: true }],
    ['0:0', { uid: 0, gid: 0, numeric: true, groups: [] }],
    ['app', { uid: 1000, gid: 1001, name: 'app', numeric: false, groups: [4, 44] }],
    ['1000', { uid: 1000, gid: 1001, name: 'app', numeric: true, groups: [4, 44] }],
    ['app:adm', { uid: 1000, gid: 4, groups: [] }],
    ['app:99', { uid: 1000, gid: 99 }],
    ['65532:65532', { uid: 65532, gid: 65532, numeric: true }],
    ['65532', { uid: 65532, gid: 0, numeric: true, groups: [] }],
    [':adm', { uid: 0, gid: 4, defaulted: true }],
    ['app:60', { uid: 1000, gid: 61 }],
  ])('%j', async (spec, want) => {
    const user = await userOf(spec);
    expect(user).toMatchObject({ spec, ...want });
    expect(user.missing).toBeUndefined();
  });

  test('a name that is a number leads where passwd says, as in runc', async () => {
    expect(await userOf('1500')).toMatchObject({ uid: 0, name: '1500', numeric: true });
  });

  test('a malformed id is 0 to a runtime', async () => {
    expect(await userOf('broken')).toMatchObject({ uid: 0, name: 'broken' });
  });

  test('a name that is nowhere is missing, and so is a group', async () => {
    expect(await userOf('ghost')).toMatchObject({ missing: 'user', numeric: false });
    expect((await userOf('ghost')).uid).toBeUndefined();
    const user = await userOf('app:ghosts');
    expect(user).toMatchObject({ uid: 1000, missing: 'group' });
    expect(user.gid).toBeUndefined();
    expect(await userOf('99999999999')).toMatchObject({ missing: 'user', numeric: true });
  });

  test('without passwd a number serves and a name does not', async () => {
    expect(await userOf('1000', { layers: [] })).toMatchObject({ uid: 1000, gid: 0 });
    expect(await userOf('', { layers: [] })).toMatchObject({ uid: 0, defaulted: true });
    expect(await userOf('app', { layers: [] })).toMatchObject({ missing: 'user' });
  });

  test('points at the config and at the account', async () => {
    const { facts } = await factsOf({ layers: [{ 'etc/passwd': passwd }], container: { user: 'app' } });
    expect(facts.user.known && facts.user.evidence).toEqual([
      { at: 'config', pointer: '/config/User', document: 'config' },
      { at: 'file', path: 'etc/passwd', layer: 0, line: 3 },
    ]);
  });

  test.each<[string, string[], string | undefined]>([
    ['gosu', ['gosu', 'app', 'serve'], 'gosu'],
    ['a path', ['/usr/local/bin/su-exec', 'app:app', 'serve'], 'su-exec'],
    ['behind tini', ['tini', '-s', '--', 'setpriv', '--reuid=1000', '--clear-groups', 'serve'], 'setpriv'],
    ['an option with a value', ['runuser', '-u', 'app', '--', 'serve'], 'runuser'],
    ['chpst', ['chpst', '-o', '1024', '-u', 'app', 'serve'], 'chpst'],
    ['s6', ['s6-setuidgid', 'app', 'serve'], 's6-setuidgid'],
    ['in a command text', ['/bin/sh', '-c', 'chown app /data && exec gosu app serve'], 'gosu'],
    ['root to root', ['gosu', 'root', 'serve'], undefined],
    ['setpriv without a user', ['setpriv', '--no-new-privs', 'serve'], undefined],
    ['none', ['serve', '--as', 'app'], undefined],
  ])('a dropper in the entrypoint: %s', async (_, entrypoint, want) => {
    expect((await userOf('', { container: { entrypoint } })).dropsPrivilegeBy).toBe(want);
  });

  test('a dropper in the start script, or in one that it calls', async () => {
    const script = (text: string) => ({ content: `#!/bin/sh\nset -e\n${text}\n`, mode: 0o755 });
    const layers = [
      {
        'entry.sh': script('if [ "$(id -u)" = 0 ]; then\n  exec su-exec app "$0" "$@"\nfi\nexec "$@"'),
        'outer.sh': script('. /etc/defaults\nexec /entry.sh "$@"'),
        'calm.sh': script('# gosu app\necho "gosu app"\nexec serve'),
      },
    ];
    expect((await userOf('', { layers, container: { entrypoint: ['/entry.sh'] } })).dropsPrivilegeBy).toBe('su-exec');
    expect((await userOf('', { layers, container: { entrypoint: ['/outer.sh'] } })).dropsPrivilegeBy).toBe('su-exec');
    expect((await userOf('', { layers, container: { entrypoint: ['sh', '/entry.sh'] } })).dropsPrivilegeBy).toBe(
      'su-exec',
    );
    expect((await userOf('', { layers, container: { entrypoint: ['/calm.sh'] } })).dropsPrivilegeBy).toBeUndefined();
  });

  test('Windows has names and no ids', async () => {
    expect(await userOf('', { platform: { os: 'windows' } })).toMatchObject({
      name: 'ContainerAdministrator',
      defaulted: true,
      numeric: false,
    });
    const user = await userOf('ContainerUser', { platform: { os: 'windows' } });
    expect(user.name).toBe('ContainerUser');
    expect(user.uid).toBeUndefined();
    expect(user.missing).toBeUndefined();
  });
});
