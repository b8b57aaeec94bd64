import { describe, expect, test } from 'vitest';
import type { Entrypoint } from '../../src/types/facts.ts';
import type { ContainerConfig } from '../../src/types.ts';
import { elf } from '../support/elf.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestLayer } from '../support/image.ts';

const program = (content: string | Uint8Array = 'x') => ({ content, mode: 0o755 });
const dynamic = program(elf({ interpreter: '/lib64/ld-linux-x86-64.so.2', type: 3, dynamic: true }));
const layer: TestLayer = {
  bin: { link: 'usr/bin' },
  'usr/bin/dash': dynamic,
  'usr/bin/sh': { link: 'dash' },
  'usr/bin/tini': program(elf({})),
  'usr/bin/node': dynamic,
  'usr/local/bin/app': program(elf({ type: 2 })),
  'usr/local/bin/pie': program(elf({ type: 3, dynamic: true })),
  'usr/local/bin/entry.sh': program('#!/bin/bash -e\nexec "$@"\n'),
  'srv/run.sh': 'serve\n',
  'srv/tool': program(elf({})),
  'usr/bin/app': 'not executable',
};

async function entry(container: Partial<ContainerConfig>, layers = [layer]): Promise<Entrypoint> {
  const { facts } = await factsOf({ layers, container });
  return valueIn(facts.entrypoint);
}

describe('the entrypoint', () => {
  test.each<[string, Partial<ContainerConfig>, Partial<Entrypoint>]>([
    [
      'a static program',
      { entrypoint: ['/usr/local/bin/app'], cmd: ['-v'] },
      { argv: ['/usr/local/bin/app', '-v'], path: 'usr/local/bin/app', kind: 'elf-static', layer: 0, wrappers: [] },
    ],
    ['a static position-independent program', { cmd: ['pie'] }, { kind: 'elf-static' }],
    ['PATH of the config', { cmd: ['tool'], env: ['PATH=/nope:/srv'] }, { path: 'srv/tool' }],
    ['the usual PATH', { cmd: ['app'] }, { path: 'usr/local/bin/app' }],
    [
      'links',
      { cmd: ['/bin/sh'] },
      { path: 'usr/bin/dash', kind: 'elf-dynamic', interpreter: '/lib64/ld-linux-x86-64.so.2' },
    ],
    ['the working folder', { cmd: ['./tool'], workingDir: '/srv' }, { path: 'srv/tool' }],
    [
      'a script',
      { entrypoint: ['entry.sh'], cmd: ['node'] },
      { path: 'usr/local/bin/entry.sh', kind: 'script', interpreter: '/bin/bash -e' },
    ],
    [
      'a script handed to a shell',
      { cmd: ['sh', '-e', '/srv/run.sh'] },
      { path: 'srv/run.sh', kind: 'script', interpreter: '/usr/bin/dash', shellForm: false },
    ],
    [
      'the shell form',
      { cmd: ['/bin/sh', '-c', 'exec node server.js'] },
      { path: 'usr/bin/node', kind: 'elf-dynamic', shellForm: true },
    ],
    [
      'a shell form that only run time can tell',
      { cmd: ['/bin/sh', '-c', '$RUN'] },
      { path: 'usr/bin/dash', shellForm: true },
    ],
    ['a wrapper', { entrypoint: ['tini', '--'], cmd: ['node', 'x'] }, { path: 'usr/bin/node', wrappers: ['tini'] }],
    ['nothing', {}, { argv: [], kind: 'none' }],
  ])('%s', async (_, container, want) => expect(await entry(container)).toMatchObject(want));

  test('has no path where there is no such program', async () => {
    for (const cmd of [['ghost'], ['/ghost'], ['../../../etc/ghost'], [''], ['x'.repeat(10_000)], ['/usr/bin']]) {
      const found = await entry({ cmd });
      expect(found.path).toBeUndefined();
      expect(found.kind).toBe('unknown');
    }
  });

  test('is the file of the squashed rootfs, with its layer', async () => {
    const found = await entry({ cmd: ['app'] }, [layer, { 'usr/local/bin/app': program('#!/usr/bin/env node\n') }]);
    expect(found).toMatchObject({ layer: 1, kind: 'script', interpreter: '/usr/bin/env node' });
  });

  test('is read through a hardlink', async () => {
    expect(await entry({ cmd: ['/b'] }, [{ a: program(elf({})), b: { hardlink: 'a' } }])).toMatchObject({
      path: 'b',
      kind: 'elf-static',
    });
  });

  test('of Windows is not followed', async () => {
    const { facts } = await factsOf({
      platform: { os: 'windows' },
      container: { cmd: ['cmd', '/S', '/C', 'app.exe'] },
    });
    expect(facts.entrypoint).toMatchObject({ known: true, value: { kind: 'unknown', shellForm: true } });
  });

  test('follows scripts that call one another only so far', async () => {
    const layers = [{ 'a.sh': program('#!/bin/sh\n/b.sh\n'), 'b.sh': program('#!/bin/sh\n/a.sh\n') }];
    expect(await entry({ cmd: ['/a.sh'] }, layers)).toMatchObject({ kind: 'script' });
  });
});
