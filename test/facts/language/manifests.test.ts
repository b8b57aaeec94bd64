import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Manifest } from '../../../src/facts/language/manifest.ts';
import { manifestsCollector } from '../../../src/facts/language/manifests.ts';
import { runtimeFilesCollector } from '../../../src/facts/language/runtime-files.ts';
import type { LayerCollector } from '../../../src/image/collector.ts';

/** A path for each reader, and a text that it understands. */
const samples: [path: string, text: string][] = [
  [
    'app/node_modules/a/package.json',
    '{"name":"a","version":"1","license":["MIT",{"type":"X"}],"dependencies":{"b":"1"}}',
  ],
  ['app/package.json', '{"dependencies":{"a":"1"},"devDependencies":{"b":"1"}}'],
  ['app/package-lock.json', '{"packages":{"node_modules/a":{"dev":true}}}'],
  ['old/package-lock.json', '{"dependencies":{"a":{"dev":true,"dependencies":{"b":{"dev":true}}}}}'],
  ['app/pnpm-lock.yaml', 'packages:\n  /a@1.0.0(b@2):\n    dev: true\n  /@c/d/1.0.0_e@1:\n    dev: true\n'],
  [
    's/x.dist-info/METADATA',
    'Name: x\nVersion: 1\nLicense: MIT\nClassifier: License :: OSI Approved :: BSD License\n\n',
  ],
  ['s/x.dist-info/RECORD', 'a.py,sha256=x,12\n'],
  ['app/Pipfile.lock', '{"default":{},"develop":{"pytest":{"version":"==1"}}}'],
  ['app/poetry.lock', '[[package]]\nname = "a"\nversion = "1"\ngroups = ["dev"]\n[metadata]\n'],
  ['g/specifications/a-1.gemspec', '# stub: a 1 ruby lib\ns.name = "a".freeze\ns.licenses = ["MIT".freeze]\n'],
  ['app/Gemfile', 'group :test do\n  gem "a", group: [:test]\nend\n'],
  ['app/Gemfile.lock', 'GEM\n  specs:\n    a (1.0)\n      b (>= 1)\n'],
  [
    'v/composer/installed.json',
    '{"packages":[{"name":"a/b","version":"1","license":["MIT"]}],"dev-package-names":["a/b"]}',
  ],
  ['app/a.deps.json', '{"libraries":{"a/1":{"type":"package"}}}'],
];
const markers: [path: string, text: string][] = [
  [
    'usr/include/node/node_version.h',
    '#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 1\n#define NODE_PATCH_VERSION 0\n',
  ],
  ['usr/include/python3.12/patchlevel.h', '#define PY_VERSION "3.12.1"\n'],
  ['opt/jdk/release', 'JAVA_VERSION="17.0.9"\n'],
  ['usr/lib/ruby/3.2.0/x/rbconfig.rb', 'CONFIG["MAJOR"] = "3"\nCONFIG["MINOR"] = "2"\nCONFIG["TEENY"] = "2"\n'],
  ['usr/local/go/VERSION', 'go1.21.5\n'],
  ['r/lib/rustlib/multirust-channel-manifest.toml', '[pkg.rustc]\nversion = "1.75.0 (x)"\n'],
  ['usr/lib/perl5/Config.pm', "version => '5.38.2'\n"],
];

function read<D>(collector: LayerCollector<D>, path: string, text: string): D | undefined {
  const bytes = Buffer.from(text);
  const entry = { path, type: 'file' as const, size: bytes.length, mode: 0o644, uid: 0, gid: 0, layer: 0, mtime: 0 };
  const fresh = collector.begin?.() ?? collector;
  const want = fresh.wants(entry);
  if (want?.kind !== 'head') return undefined;
  return fresh.take(entry, { bytes: bytes.subarray(0, want.bytes), truncated: bytes.length > want.bytes });
}

test.each(samples)('%s is read, and whatever its text becomes ends no scan', (path, text) => {
  expect(read(manifestsCollector, path, text)).toBeDefined();
  const mutated = fc
    .tuple(
      fc.nat(text.length),
      fc.nat(text.length),
      fc.oneof(fc.string(), fc.constantFrom('"', '{', '[', '\n', 'null', '0', '__proto__')),
    )
    .map(([from, to, piece]) => text.slice(0, Math.min(from, to)) + piece + text.slice(Math.max(from, to)));
  fc.assert(
    fc.property(fc.oneof(mutated, fc.string(), fc.json()), (given) => {
      const found: Manifest | undefined = read(manifestsCollector, path, given);
      // What is kept goes through JSON into the cache.
      expect(JSON.parse(JSON.stringify(found ?? null))).toEqual(found ?? null);
    }),
    { numRuns: 200 },
  );
});

test.each(markers)('%s is read, and whatever its text becomes ends no scan', (path, text) => {
  expect(read(runtimeFilesCollector, path, text)?.v).toMatch(/^\d/);
  fc.assert(
    fc.property(
      fc.nat(text.length),
      fc.string(),
      (at, piece) => void read(runtimeFilesCollector, path, text.slice(0, at) + piece + text.slice(at)),
    ),
  );
});

test('what is long or deep is kept in bounds', () => {
  const many = (count: number, one: (i: number) => string) => Array.from({ length: count }, (_, i) => one(i)).join(',');
  const libraries = `{"libraries":{${many(30_000, (i) => `"p${i}/1":{"type":"package"}`)}}}`;
  const found = read(manifestsCollector, 'a.deps.json', libraries);
  expect(found?.p).toHaveLength(20_000);
  expect(found?.cut).toBe(true);
  const locked = `{"packages":{${many(30_000, (i) => `"node_modules/p${i}":{"dev":true}`)}}}`;
  expect(read(manifestsCollector, 'package-lock.json', locked)?.dev?.paths).toHaveLength(20_000);
  const deep = '"dependencies":{"a":{"dev":true,'.repeat(3000);
  expect(read(manifestsCollector, 'package-lock.json', `{${deep}"x":1${'}}'.repeat(3000)}}`)?.dev?.paths).toHaveLength(
    17,
  );
  expect(read(manifestsCollector, 'package-lock.json', `{"packages":${'['.repeat(100_000)}`)).toBeUndefined();
  const long = JSON.stringify({ name: 'a', version: 'v'.repeat(10_000) });
  expect(read(manifestsCollector, 'node_modules/a/package.json', long)).toBeUndefined();
  expect(
    read(manifestsCollector, 'node_modules/a/package.json', `{"name":"a","version":"1","x":"${'y'.repeat(2 << 20)}"}`),
  ).toEqual({
    e: 'npm',
    cut: true,
  });
});
