import { describe, expect, it } from 'vitest';
import type { ContainerConfig } from '../../../src/types.ts';
import { dpkg } from '../../support/dpkg.ts';
import { elf } from '../../support/elf.ts';
import { valueIn } from '../../support/facts.ts';
import { factsOf, type TestLayer } from '../../support/image.ts';

const program = { content: elf({}), mode: 0o755 };
const setuid = { content: elf({}), mode: 0o4755 };
/** cap_setuid+ep */
const capSetuid = 'AQAAAoAAAAAAAAAAAAAAAAAAAAA=';
const base: TestLayer = {
  'etc/passwd': 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n',
  'etc/group': 'root:x:0:\nshadow:x:42:app\n',
  app: program,
};

async function waysOf(layer: TestLayer, container: Partial<ContainerConfig> = {}): Promise<string[]> {
  const { facts } = await factsOf({
    layers: [{ ...base, ...layer }],
    container: { user: 'app', cmd: ['/app'], ...container },
  });
  return valueIn(facts.escalations).map(({ kind, path, certainty }) => `${kind} ${path} ${certainty}`);
}

describe('ways to root', () => {
  it('are setuid programs that the user can start, by what they are known for', async () => {
    const layer: TestLayer = {
      'usr/bin/find': setuid,
      'usr/bin/python3.13': setuid,
      'usr/bin/vim.basic': setuid,
      'opt/own': setuid,
      'usr/bin/others': { ...setuid, uid: 5 },
      'root/': { folder: true, mode: 0o700 },
      'root/bash': setuid,
      'usr/bin/passwd': setuid,
      ...dpkg({ passwd: ['/usr/bin/passwd'] }),
    };
    expect(await waysOf(layer, { user: '1001:1001' })).toEqual([
      'setuid opt/own possible',
      'setuid usr/bin/find known',
      'setuid usr/bin/python3.13 known',
      'setuid usr/bin/vim.basic known',
    ]);
    expect(await waysOf(layer, { user: '' })).toEqual([]);
  });

  it('are capabilities that are all of root, on what hands them on', async () => {
    expect(
      await waysOf(
        {
          'usr/bin/python3': { ...program, capability: capSetuid },
          'opt/tool': { ...program, capability: capSetuid },
          'usr/bin/ping': { ...program, capability: 'AQAAAgAgAAAAAAAAAAAAAAAAAAA=' },
        },
        { user: '1001:1001' },
      ),
    ).toEqual(['capability opt/tool possible', 'capability usr/bin/python3 known']);
  });

  it('are sudo without a password, su to a root without one, and groups', async () => {
    const sudo: TestLayer = { 'usr/bin/sudo': setuid, 'usr/sbin/tool': program };
    const lines = (text: string): TestLayer => ({ ...sudo, 'etc/sudoers': text });
    const own = { user: 'app:app', cmd: ['/app'] };
    const sudoWays = async (text: string, more: TestLayer = {}) =>
      (await waysOf({ ...lines(text), ...more, 'etc/group': 'app:x:1000:\n' }, own)).filter((way) =>
        way.startsWith('sudo '),
      );
    expect(await sudoWays('app ALL=NOPASSWD: ALL\n')).toEqual(['sudo etc/sudoers known']);
    expect(await sudoWays('app ALL=NOPASSWD: /usr/sbin/tool\n')).toEqual(['sudo etc/sudoers possible']);
    for (const name of ['vim', 'vim.basic', 'base64', 'python3.11'])
      expect(await sudoWays(`app ALL=NOPASSWD: /usr/bin/${name}\n`), name).toEqual(['sudo etc/sudoers known']);
    for (const name of ['tar.sh', 'base32'])
      expect(await sudoWays(`app ALL=NOPASSWD: /usr/bin/${name}\n`), name).toEqual(['sudo etc/sudoers possible']);
    expect(
      await sudoWays('app ALL=NOPASSWD: /usr/sbin/tool\n', { 'usr/sbin/tool': { ...program, uid: 1000 } }),
    ).toEqual(['sudo etc/sudoers known']);
    expect(await sudoWays('app ALL=ALL\n')).toEqual([]);
    expect(await sudoWays('other ALL=NOPASSWD: ALL\n')).toEqual([]);
    expect(await waysOf({ 'bin/su': setuid, 'etc/shadow': { content: 'root:::0:::::\n', mode: 0o600 } })).toEqual([
      'empty-root-password root known',
      'root-group shadow possible',
      'setuid bin/su possible',
    ]);
  });

  it('are files of root that its user may replace, through folders above them too', async () => {
    const own = { folder: true as const, uid: 1000, gid: 1000 };
    const script = { content: '#!/bin/sh\nexec gosu app /app\n', mode: 0o755 };
    const layer: TestLayer = {
      'bin/sh': program,
      'usr/bin/gosu': program,
      'etc/group': 'app:x:1000:\n',
      'srv/': own,
      'srv/deep/start.sh': script,
    };
    expect(await waysOf(layer, { user: '', cmd: ['/srv/deep/start.sh'] })).toEqual([
      'writable-root-path srv/deep/start.sh known',
    ]);
    expect(
      await waysOf({ ...layer, 'srv/': { ...own, mode: 0o1755, uid: 0 } }, { user: '', cmd: ['/srv/deep/start.sh'] }),
    ).toEqual([]);
    expect(
      await waysOf({ ...layer, 'srv/': { folder: true, mode: 0o777 } }, { user: '', cmd: ['/srv/deep/start.sh'] }),
    ).toEqual(['writable-root-path srv/deep/start.sh known']);
  });

  it('are bounded', async () => {
    const layer: TestLayer = {};
    for (let i = 0; i < 500; i++) layer[`opt/${i}`] = setuid;
    expect(await waysOf(layer)).toHaveLength(200);
  });
});
