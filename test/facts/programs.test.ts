import { describe, expect, test } from 'vitest';
import type { Program } from '../../src/types/facts.ts';
import { dpkg } from '../support/dpkg.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestImage, type TestLayer } from '../support/image.ts';

const program = (content = 'x') => ({ content, mode: 0o755 });

async function programsOf(layers: TestLayer[], rest: Partial<TestImage> = {}) {
  const { facts } = await factsOf({ layers, ...rest });
  const brief = (list: Program[]) =>
    list.map(({ name, path, target, family }) => [name, path, target, ...(family ? [family] : [])]);
  return { shells: brief(valueIn(facts.shells)), managers: brief(valueIn(facts.packageManagers)), facts };
}

describe('shells', () => {
  test('are programs that exist once links are followed, each once', async () => {
    const { shells } = await programsOf([
      {
        bin: { link: 'usr/bin' },
        'usr/bin/bash': program(),
        'usr/bin/sh': { link: 'dash' },
        'usr/bin/dash': program(),
        'usr/bin/zsh': { link: '/etc/alternatives/zsh' },
        'usr/bin/fish': 'not executable',
        'usr/bin/ksh': { folder: true },
      },
    ]);
    expect(shells).toEqual([
      ['sh', 'usr/bin/sh', 'usr/bin/dash'],
      ['bash', 'usr/bin/bash', undefined],
      ['dash', 'usr/bin/dash', undefined],
    ]);
  });

  test('of busybox: by its links, by its hardlinks, or the program alone', async () => {
    const linked = await programsOf([
      { 'bin/busybox': program(), 'bin/sh': { link: '/bin/busybox' }, 'bin/ash': { link: '/bin/busybox' } },
    ]);
    expect(linked.shells).toEqual([
      ['sh', 'bin/sh', 'bin/busybox'],
      ['ash', 'bin/ash', 'bin/busybox'],
    ]);
    const hard = await programsOf([
      { 'bin/[': program(), 'bin/busybox': { hardlink: 'bin/[' }, 'bin/sh': { hardlink: 'bin/[' } },
    ]);
    expect(hard.shells).toEqual([['sh', 'bin/sh', 'bin/[']]);
    const alone = await programsOf([{ 'bin/busybox': program(), 'bin/sh': program('dash') }]);
    expect(alone.shells).toEqual([
      ['sh', 'bin/sh', undefined],
      ['busybox', 'bin/busybox', undefined],
    ]);
  });

  test('are found by /etc/shells and by PATH too', async () => {
    const layer = {
      'etc/shells': '# c\n/opt/x/oil\n/usr/bin/tmux\n/missing\n',
      'opt/x/oil': program(),
      'usr/bin/tmux': program(),
      'odd/bash': program(),
    };
    expect((await programsOf([layer])).shells).toEqual([['oil', 'opt/x/oil', undefined]]);
    expect(
      (await programsOf([layer], { container: { env: ['PATH=/nope', 'PATH=/odd/:relative'] } })).shells.map(
        ([, path]) => path,
      ),
    ).toEqual(['odd/bash', 'opt/x/oil']);
  });

  test('are gone when a later layer removes them, and carry the layer that put them there', async () => {
    const { shells } = await programsOf([
      { 'bin/bash': program(), 'bin/sh': { link: 'bash' } },
      { 'bin/.wh.bash': '' },
    ]);
    expect(shells).toEqual([]);
    const { facts } = await programsOf([{ 'bin/dash': program('1234') }, { 'bin/sh': { link: 'dash' } }]);
    expect(facts.shells).toMatchObject({
      value: [
        { name: 'sh', layer: 1, size: 4 },
        { name: 'dash', layer: 0 },
      ],
    });
  });

  test('of Windows', async () => {
    const { shells } = await programsOf([{ 'Files/Windows/System32/cmd.exe': 'MZ' }], { platform: { os: 'windows' } });
    expect(shells).toEqual([['cmd.exe', 'Files/Windows/System32/cmd.exe', undefined]]);
  });
});

describe('package managers', () => {
  test('carry family, package and target', async () => {
    const { facts } = await programsOf([
      {
        'usr/bin/apt-get': program(),
        'usr/bin/dpkg': program(),
        'sbin/apk': program(),
        'usr/bin/dnf': { link: 'dnf-3' },
        'usr/bin/dnf-3': program(),
        'usr/bin/aptly': program(),
        ...dpkg({ apt: ['/usr/bin/apt-get'] }),
      },
    ]);
    expect(facts.packageManagers).toMatchObject({
      value: [
        { name: 'apt-get', family: 'apt', package: 'apt' },
        { name: 'dpkg', family: 'dpkg' },
        { name: 'apk', family: 'apk', path: 'sbin/apk' },
        { name: 'dnf', family: 'dnf', target: 'usr/bin/dnf-3' },
        { name: 'dnf-3', family: 'dnf' },
      ],
    });
  });

  test('none in an empty image', async () => {
    expect((await programsOf([])).managers).toEqual([]);
  });
});
