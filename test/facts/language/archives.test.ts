import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layerCollectors } from '../../../src/facts/collectors.ts';
import { archivesCollector, archivesCollectorWith } from '../../../src/facts/language/archives.ts';
import type { Manifest } from '../../../src/facts/language/manifest.ts';
import { secretsCollector } from '../../../src/facts/secrets/collector.ts';
import { factsOf, recordOf } from '../../support/image.ts';
import { secret, zip } from '../../support/secrets.ts';
import { tar } from '../../support/tar.ts';

const pom = (group: string, artifact: string, version: string) => ({
  [`META-INF/maven/${group}/${artifact}/pom.properties`]: `#Created by Maven\ngroupId=${group}\nartifactId=${artifact}\r\nversion=${version}\n`,
});
const manifest = (lines: string) => ({
  'META-INF/MANIFEST.MF': `Manifest-Version: 1.0\r\n${lines}\r\n\r\nName: x\r\n`,
});
const jar = (files: Record<string, string | Uint8Array>) => zip({ 'a/B.class': 'x', ...files });

/** What the collector takes of one file. */
function read(path: string, bytes: Buffer, collector = archivesCollector, chunk = bytes.length): Manifest | undefined {
  const entry = { path, type: 'file' as const, size: bytes.length, mode: 0o644, uid: 0, gid: 0, layer: 0, mtime: 0 };
  const want = collector.begin!().wants(entry);
  if (want?.kind === 'header') return collector.take(entry, { bytes: Buffer.alloc(0), truncated: false });
  if (want?.kind !== 'stream') return undefined;
  const sink = want.open(entry);
  for (let at = 0; at < bytes.length; at += chunk) sink.write(bytes.subarray(at, at + chunk));
  return sink.end() as Manifest | undefined;
}
const names = (found: Manifest | undefined) => found?.p?.map(({ n, v, i }) => `${n} ${v}${i ? ` in ${i}` : ''}`);

test('Maven’s properties come first, and every one of a shaded archive', () => {
  expect(
    names(read('app/x-9.jar', jar({ ...pom('org.a', 'b', '1.2'), ...manifest('Implementation-Version: 9') }))),
  ).toEqual(['org.a:b 1.2']);
  expect(names(read('x.jar', jar({ ...pom('g', 'one', '1'), ...pom('g', 'two', '2') })))).toEqual([
    'g:one 1',
    'g:two 2',
  ]);
  const bare = { 'META-INF/maven/org.g/art/pom.properties': 'version=1.0\n' };
  expect(names(read('x.jar', jar(bare)))).toEqual(['org.g:art 1.0']);
  expect(
    names(read('x-3.1.jar', jar({ 'META-INF/maven/g/a/pom.properties': 'version=\u0024{project.version}\n' }))),
  ).toEqual(['x 3.1']);
});

test('the manifest, and the name of the file', () => {
  const of = (path: string, lines: string) => names(read(path, jar(manifest(lines))));
  expect(
    of(
      'log4j.jar',
      'Implementation-Title: log4j\r\nImplementation-Vendor-Id: org.apache\r\nImplementation-Version: 1.2.17',
    ),
  ).toEqual(['org.apache:log4j 1.2.17']);
  expect(
    of(
      'lib/commons-io-2.6.jar',
      'Bundle-SymbolicName: org.apache.commons-io;singleton\r\n :=true\r\nBundle-Version: 2.6.0',
    ),
  ).toEqual(['commons-io 2.6']);
  expect(
    of(
      'commons-compress-1.19.jar',
      'Bundle-SymbolicName: org.apache.commons.commons-compress\r\nBundle-Version: 1.19.0',
    ),
  ).toEqual(['org.apache.commons:commons-compress 1.19']);
  expect(of('plugin.hpi', 'Plugin-Version: 1.0.0\r\nImplementation-Title: jenkins-plugin')).toEqual([
    'jenkins-plugin 1.0.0',
  ]);
  expect(of('guava-27.0-jre.jar', 'X: y')).toEqual(['guava 27.0-jre']);
  expect(of('nothing.jar', 'X: y')).toBeUndefined();
  expect(names(read('app-1.0.jar', Buffer.from('no archive')))).toBeUndefined();
});

test.each([
  ['log4j-1.2-api-2.17.1.jar', 'log4j-1.2-api', '2.17.1'],
  ['app-1.0-20240101.120000-3.war', 'app', '1.0-20240101.120000-3'],
  ['org.eclipse.core_3.1.0.v2024.jar', 'org.eclipse.core', '3.1.0.v2024'],
  ['app-1.0.0-rc-1.jar', 'app', '1.0.0-rc-1'],
  ['tool-v2.jar', 'tool', 'v2'],
  ['commons-lang3-3.12.0.jar', 'commons-lang3', '3.12.0'],
])('the name %s', (path, name, version) => {
  expect(names(read(path, jar({})))).toEqual([`${name} ${version}`]);
});

test('archives inside archives, as deep as an ear goes', async () => {
  const inner = jar(pom('g', 'inner', '1'));
  const lib = jar({ ...pom('g', 'lib', '2'), 'META-INF/lib/inner.jar': inner });
  const war = zip({
    ...manifest('Implementation-Title: web\r\nImplementation-Version: 3'),
    'WEB-INF/lib/lib.jar': lib,
  });
  const ear = zip({ 'web.war': war, '../../x/other-4.jar': jar({}) });
  expect(names(read('app.ear', ear))).toEqual([
    'web 3 in web.war',
    'g:lib 2 in web.war!/WEB-INF/lib/lib.jar',
    'g:inner 1 in web.war!/WEB-INF/lib/lib.jar!/META-INF/lib/inner.jar',
    'other 4 in x/other-4.jar',
  ]);
  const tooDeep = read('a.ear', zip({ 'b.ear': ear }));
  expect(tooDeep?.cut).toBe(true);
  expect(names(tooDeep)).toHaveLength(3);
  const { facts } = await factsOf({ layers: [{ 'opt/app.ear': ear }] });
  expect(facts.languagePackages).toMatchObject({
    value: [
      { name: 'g:inner', purl: 'pkg:maven/g/inner@1', size: inner.length },
      { name: 'g:lib', location: 'opt/app.ear!/web.war!/WEB-INF/lib/lib.jar', layer: 0 },
      { name: 'other' },
      { name: 'web' },
    ],
    evidence: [{ path: 'opt/app.ear' }],
  });
});

test('a zipped egg is a Python package', () => {
  const egg = zip({ 'EGG-INFO/PKG-INFO': 'Name: kitchen\nVersion: 1.2.6\n' });
  expect(read('site-packages/kitchen-1.2.6-py2.7.egg', egg)).toMatchObject({
    e: 'pypi',
    p: [{ n: 'kitchen', v: '1.2.6' }],
  });
  expect(read('site-packages/x.egg', zip({ a: 'b' }))).toBeUndefined();
  expect(read('lib/python3.8/test/data/kitchen.egg', egg)).toBeUndefined();
});

test('limits hold, and what they leave out is said', () => {
  const noise = Buffer.concat(Array.from({ length: 1600 }, (_, i) => createHash('sha256').update(`${i}`).digest()));
  const nested = zip({ 'lib/a-1.jar': jar({ fill: noise }), 'lib/b-2.jar': jar({}) });
  const tight = { archive: 1 << 20, unpacked: 1000, layer: 1 << 20 };
  expect(read('app-1.jar', nested, archivesCollectorWith(tight))).toMatchObject({
    cut: true,
    p: [{ n: 'app' }, { n: 'b' }],
  });
  expect(read('app-1.jar', nested, archivesCollectorWith({ ...tight, archive: 100 }))).toEqual({
    e: 'maven',
    p: [{ n: 'app', v: '1', s: nested.length }],
    cut: true,
  });
  const layer = archivesCollectorWith({ archive: 1 << 20, unpacked: 1 << 20, layer: 70_000 }).begin!();
  const counts = [1, 2].map(() => names(read('app-1.jar', nested, { ...layer, begin: () => layer }))?.length);
  expect(counts).toEqual([3, 2]);
  const bomb = zip({ 'META-INF/MANIFEST.MF': Buffer.alloc(32 << 20), 'b.jar': Buffer.alloc(100 << 20) });
  expect(names(read('bomb-1.jar', bomb))).toEqual(['bomb 1']);
  const many = zip(Object.fromEntries(Array.from({ length: 20_100 }, (_, i) => [`r${i}`, ''])));
  expect(read('many-1.jar', many)?.cut).toBe(true);
});

test('damaged archives end no scan', () => {
  const whole = zip({ ...pom('g', 'a', '1'), ...manifest('Bundle-Version: 1'), 'lib/b.jar': jar(pom('g', 'b', '2')) });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.nat(), (changes, cut) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      read(
        'x-1.jar',
        bytes.subarray(0, bytes.length - (cut % 4 === 0 ? cut % bytes.length : 0)),
        archivesCollector,
        997,
      );
    }),
    { numRuns: 300 },
  );
});

test('with the secrets collector beside it, both read the same archive', async () => {
  const token = secret('github');
  const content = jar({ ...pom('g', 'a', '1'), 'app.properties': `token=${token}\n` });
  const layer = await tar([
    { name: 'a.jar', content },
    { name: 'b.jar', content: jar(pom('g', 'b', '2')) },
    { name: 'c.jar', content },
  ]);
  const both = await recordOf(layer, layerCollectors);
  const alone = [await recordOf(layer, [archivesCollector]), await recordOf(layer, [secretsCollector])];
  expect(both.facts['language-archives']).toEqual(alone[0]!.facts['language-archives']);
  expect(both.facts['language-archives']).toHaveLength(3);
  const hits = (record: typeof both) =>
    record.facts['secrets']!.map(({ path, data }) => [path, (data as { hits: unknown[] }).hits.length]);
  expect(hits(both)).toEqual(hits(alone[1]!));
  expect(hits(both)).toEqual([
    ['a.jar', 1],
    ['c.jar', 1],
  ]);
});
