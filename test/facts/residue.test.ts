import { describe, expect, test } from 'vitest';
import { residueKinds } from '../../src/facts/residue-kinds.ts';
import type { Residue } from '../../src/types/inventory.ts';
import { dpkg } from '../support/dpkg.ts';
import { valueIn } from '../support/facts.ts';
import { factData, factsOf, type TestImage } from '../support/image.ts';

const size = (bytes: number) => 'x'.repeat(bytes);

async function residue(image: TestImage): Promise<Residue[]> {
  const { facts } = await factsOf(image);
  return valueIn(facts.residue);
}

describe('residue', () => {
  test('is told by layer and folder, heaviest first, and caches among what was deleted too', async () => {
    const found = await residue({
      layers: [
        {
          'var/lib/apt/lists/a': size(100),
          'var/lib/apt/lists/partial/b': size(20),
          'usr/share/man/man1/x.1': size(7),
        },
        { 'var/lib/apt/lists/a': size(300), 'usr/share/man/man1/.wh.x.1': '' },
        { 'var/lib/apt/lists/.wh.partial': '' },
      ],
    });
    expect(found).toEqual([
      { kind: 'apt-lists', path: 'var/lib/apt/lists', layer: 1, files: 1, bytes: 300 },
      { kind: 'apt-lists', path: 'var/lib/apt/lists', layer: 0, files: 1, bytes: 100, deletedIn: 1 },
      { kind: 'apt-lists', path: 'var/lib/apt/lists', layer: 0, files: 1, bytes: 20, deletedIn: 2 },
    ]);
  });

  test('of a build names the package that owns it', async () => {
    const found = await residue({
      layers: [
        {
          'usr/include/zlib.h': size(50),
          'usr/include/mine.h': size(40),
          ...dpkg({ 'zlib1g-dev': ['/usr/include/zlib.h'] }),
        },
      ],
    });
    expect(found).toEqual([
      { kind: 'headers', path: 'usr/include', layer: 0, files: 1, bytes: 50, package: 'zlib1g-dev' },
      { kind: 'headers', path: 'usr/include', layer: 0, files: 1, bytes: 40 },
    ]);
  });

  test('is bounded: places past the limit are gathered by their first part', async () => {
    const layer = Object.fromEntries(Array.from({ length: 21_000 }, (_, i) => [`build/d${i}/a.o`, 'x']));
    const found = await residue({ layers: [layer] });
    expect(found).toHaveLength(1000);
    expect(found[0]).toMatchObject({ kind: 'object-files', path: 'build', files: 1000 });
  });

  test('of a Windows image is not looked for, and neither are its tools; the scan says so', async () => {
    const { facts, status } = await factsOf({
      layers: [{ 'Files/Windows/System32/curl.exe': 'MZ' }],
      platform: { os: 'windows' },
    });
    expect([facts.residue, facts.tools].map((fact) => fact.known && fact.value)).toEqual([[], []]);
    expect(status.map(({ part }) => part)).toContain('tools');
  });
});

describe('kinds of residue', () => {
  const kinds = residueKinds(factData().residue.kinds);
  const kindOf = (path: string) => kinds.of(path)?.entry.kind;

  test.each([
    ['var/cache/apt/archives/vim_9.deb', 'apt-cache'],
    ['var/cache/dnf/fedora/repodata/primary.xml.zst', 'dnf-cache'],
    ['var/cache/libdnf5/fedora/solv', 'dnf-cache'],
    ['var/cache/zypp/raw/repo/a.xml', 'zypper-cache'],
    ['var/cache/pacman/pkg/a.pkg.tar.zst', 'pacman-cache'],
    ['root/.cache/pip/http/a', 'pip-cache'],
    ['home/a/.cache/uv/wheels/a', 'uv-cache'],
    ['opt/miniconda3/pkgs/a/b', 'conda-cache'],
    ['root/.cache/pypoetry/virtualenvs/app/bin/python', undefined],
    ['app/node_modules/a/node_modules/b/test/x/y.js', 'node-tests'],
    ['app/node_modules/@scope/test/index.js', 'node-tests'],
    ['app/node_modules/test/index.js', undefined],
    ['usr/lib/python3/dist-packages/tests/a.py', undefined],
    ['usr/lib/python3/dist-packages/a/b/tests/a.py', 'python-tests'],
    ['usr/local/bundle/gems/rack-3/spec/a.rb', 'ruby-tests'],
    ['usr/local/bundle/gems/spec/a.rb', undefined],
    ['opt/lib/include/boost/a/b.hpp', 'more-headers'],
    ['opt/lib/include/readme', undefined],
    ['usr/include/c++/14/vector', 'headers'],
    ['app/x.js.map', 'source-maps'],
    ['app/.js.map', undefined],
    ['usr/share/doc/a/copyright', undefined],
    ['usr/share/doc/a/README.gz', 'documentation'],
    ['opt/tool/share/man/man1/a.1', 'man-pages'],
    ['var/lib/apt/lists', undefined],
    ['a', undefined],
  ])('%s: %s', (path, kind) => {
    expect(kindOf(path)).toBe(kind);
  });

  test('are written so that the last part of each folder tells which to look at', () => {
    for (const { paths = [], anywhere = [] } of factData().residue.kinds)
      for (const path of [...paths, ...anywhere]) expect(path.split('/').at(-1)).not.toContain('*');
  });
});
