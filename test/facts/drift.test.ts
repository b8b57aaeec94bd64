import { describe, expect, test } from 'vitest';
import { dpkg } from '../support/dpkg.ts';
import { elf } from '../support/elf.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestLayer } from '../support/image.ts';

const program = { content: elf({}), mode: 0o755 };
const other = { content: Buffer.concat([elf({}), Buffer.from('more')]), mode: 0o755 };

async function drift(...layers: TestLayer[]) {
  const { facts } = await factsOf({ layers });
  return valueIn(facts.databaseDrift);
}
async function unowned(...layers: TestLayer[]) {
  const { facts } = await factsOf({ layers });
  return facts.unownedExecutables;
}

describe('files that the database claims', () => {
  test('are gone by a whiteout, or were never there', async () => {
    const database = dpkg({ tool: ['/usr/bin/tool', '/usr/lib/tool.so'], lost: ['/usr/bin/lost'] });
    expect(
      await drift({ ...database, 'usr/bin/tool': program, 'usr/lib/tool.so': program }, { 'usr/bin/.wh.tool': '' }),
    ).toEqual([
      { path: 'usr/bin/lost', package: 'lost', how: 'gone', layer: 0, whole: true },
      { path: 'usr/bin/tool', package: 'tool', how: 'gone', layer: 1 },
    ]);
  });

  test('are replaced where a later layer brings other content, and not where it changes the mode', async () => {
    const database = dpkg({ tool: ['/usr/bin/tool', '/usr/lib/libtool.so.1'], same: ['/usr/bin/same'] });
    const first = { ...database, 'usr/bin/tool': program, 'usr/lib/libtool.so.1': program, 'usr/bin/same': program };
    expect(
      await drift(first, {
        'usr/bin/tool': other,
        'usr/lib/libtool.so.1': other,
        'usr/bin/same': { content: elf({}), mode: 0o4755 },
      }),
    ).toEqual([
      { path: 'usr/bin/tool', package: 'tool', how: 'replaced', layer: 1, kind: 'elf' },
      { path: 'usr/lib/libtool.so.1', package: 'tool', how: 'replaced', layer: 1, kind: 'library' },
    ]);
  });

  test('are found under the names of merged folders, and where dpkg diverted them to', async () => {
    const database = {
      ...dpkg({ tool: ['/bin/tool', '/usr/bin/moved'], other: ['/usr/bin/other'] }),
      'var/lib/dpkg/diversions': '/usr/bin/moved\n/usr/bin/moved.distrib\nother\n',
    };
    expect(
      await drift({
        bin: { link: 'usr/bin' },
        ...database,
        'usr/bin/tool': program,
        'usr/bin/other': program,
        'usr/bin/moved.distrib': program,
      }),
    ).toEqual([]);
  });

  test('say nothing where files come and go by custom', async () => {
    const paths = ['/usr/share/doc/a/copyright', '/usr/share/man/man1/a.1.gz', '/etc/a.conf', '/var/cache/a/x'];
    expect(await drift(dpkg({ a: [...paths, '/usr/lib/python3/__pycache__/a.pyc'] }))).toEqual([]);
  });

  test('are bounded in number', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => `/usr/lib/x/${i}`);
    expect(await drift(dpkg({ many }))).toHaveLength(2000);
  });
});

describe('programs without an owner', () => {
  test('are executables straight in the folders of programs', async () => {
    const fact = await unowned({
      ...dpkg({ tool: ['/usr/bin/tool'] }),
      sbin: { link: 'usr/sbin' },
      'usr/bin/tool': program,
      'usr/bin/twin': { hardlink: 'usr/bin/tool' },
      'usr/bin/stray': program,
      'usr/bin/data': 'no program',
      'sbin/script': { content: '#!/bin/sh\n', mode: 0o755 },
      'usr/lib/stray.so': program,
      'usr/local/bin/mine': program,
      'opt/x/bin/mine': program,
    });
    expect(fact).toMatchObject({
      known: true,
      value: [
        { path: 'usr/bin/stray', kind: 'elf', layer: 0 },
        { path: 'usr/sbin/script', kind: 'script', layer: 0 },
      ],
    });
  });

  test('are none where no database lists files, and unknown where it cannot be read', async () => {
    const none = { known: true, value: [] };
    expect(await unowned({ 'usr/bin/app': program })).toMatchObject(none);
    const single = { 'var/lib/dpkg/status.d/base': 'Package: base\nVersion: 1\nArchitecture: amd64\n' };
    expect(await unowned({ ...single, 'usr/bin/app': program })).toMatchObject(none);
    expect(await unowned({ 'var/lib/rpm/Packages': 'x', 'usr/bin/app': program })).toMatchObject({ known: false });
  });
});
