import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sbomFormatNames, sbomFormatter } from '../../../src/report/sbom/formats.ts';
import type { SbomInput } from '../../../src/types/sbom.ts';
import { type CycloneDx, cycloneDxProblems, type Spdx, spdxProblems } from './validate.ts';

const digest = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}` as const;
const layer = (index: number) => ({
  ...{ index, digest: digest(`stored ${index}`), diffID: digest(`layer ${index}`) },
  ...{ storedSize: 1, size: 1, entries: 1, mediaType: 'application/vnd.oci.image.layer.v1.tar' },
});
const system = (name: string, version: string, licence?: string) => ({
  ...{ name, version, type: 'deb', size: 1, layer: 0, database: 'var/lib/dpkg/status' },
  purl: `pkg:deb/debian/${name}@${version}?arch=amd64&distro=debian-13`,
  ...(licence !== undefined && { licence }),
});
const module = (location: string, layer: number, dev = false) => ({
  ...{ name: 'left-pad', version: '1.3.0', type: 'npm' as const, purl: 'pkg:npm/left-pad@1.3.0', licence: 'WTFPL' },
  ...{ location, layer, size: 1, ...(dev && { dev }) },
});

const input: SbomInput = {
  version: '1.2.3',
  image: {
    name: 'registry.example.com/shop/web:1.0',
    kind: 'registry',
    digest: digest('manifest'),
    purl: `pkg:oci/web@${digest('manifest').replace(':', '%3A')}?arch=amd64`,
    platform: { os: 'linux', architecture: 'amd64' },
    layers: [layer(0), layer(1)],
  },
  distro: {
    ...{ id: 'debian', idLike: [], name: 'Debian', versionId: '13', prettyName: 'Debian 13', distroless: false },
  },
  packages: [
    system('zlib1g', '1:1.3', 'Zlib'),
    system('bash', '5.2', 'GPL-3+ and BSD\u202e_x'),
    system('base-files', '13', 'BSD x'),
    system('nameless', '1'),
  ],
  languagePackages: [
    module('srv/b/node_modules/left-pad/package.json', 1),
    module('srv/a/node_modules/left-pad/package.json', 0, true),
  ],
  runtimes: [
    { name: 'node', version: '20.1.0', path: 'usr/local/bin/node', layer: 1, purl: 'pkg:generic/node@20.1.0' },
  ],
  missing: [],
  created: '2026-11-23T00:00:00Z',
  dated: false,
  uuid: '5eab95ae-1cc3-8399-ac81-d1d69b3316e2',
};
const write = async (format: string, from = input) =>
  (await sbomFormatter(format))(from, { colour: false, width: 120 });

test('CycloneDX is valid, and every component has purl, licence, layer and place', async () => {
  const text = await write('cyclonedx-json');
  expect(cycloneDxProblems(text)).toEqual([]);
  const bom = JSON.parse(text) as CycloneDx;
  expect(bom.serialNumber).toBe(`urn:uuid:${input.uuid}`);
  expect(bom.metadata).not.toHaveProperty('timestamp');
  expect(bom.metadata.component).toMatchObject({
    type: 'container',
    purl: input.image.purl,
    version: input.image.digest,
  });
  expect(bom.components.map(({ type, name }) => `${type} ${name}`)).toEqual(
    [
      'library base-files',
      'library bash',
      'library left-pad',
      'library nameless',
      'library zlib1g',
      'operating-system debian',
      'platform node',
    ].sort((a, b) => order(a) - order(b)),
  );
  const named = (name: string) => bom.components.find((component) => component.name === name)!;
  expect(named('zlib1g').licenses).toEqual([{ expression: 'Zlib', acknowledgement: 'declared' }]);
  expect(named('base-files').licenses).toEqual([{ license: { name: 'BSD x', acknowledgement: 'declared' } }]);
  expect(named('nameless').licenses).toBeUndefined();
  expect(named('left-pad').evidence!.occurrences).toEqual([
    { location: '/srv/a/node_modules/left-pad/package.json', additionalContext: `layer 0, ${layer(0).diffID}` },
    { location: '/srv/b/node_modules/left-pad/package.json', additionalContext: `layer 1, ${layer(1).diffID}` },
  ]);
  expect(bom).not.toHaveProperty('dependencies');
  const dated = JSON.parse(await write('cyclonedx-json', { ...input, dated: true })) as CycloneDx;
  expect(dated.metadata.timestamp).toBe('2026-11-23T00:00:00.000Z');

  function order(line: string): number {
    return bom.components.findIndex(({ type, name }) => `${type} ${name}` === line);
  }
});

test('SPDX is valid, and explains each licence that it refers to', async () => {
  const text = await write('spdx-json');
  expect(spdxProblems(text)).toEqual([]);
  const document = JSON.parse(text) as Spdx;
  expect(document.documentNamespace).toBe(`urn:uuid:${input.uuid}`);
  expect(document.packages.map(({ name, licenseDeclared }) => `${name}: ${licenseDeclared}`)).toEqual([
    'registry.example.com/shop/web:1.0: NOASSERTION',
    'debian: NOASSERTION',
    'base-files: LicenseRef-BSD-x',
    'bash: GPL-3.0-or-later AND LicenseRef-BSD-x-2',
    'nameless: NOASSERTION',
    'zlib1g: Zlib',
    'node: NOASSERTION',
    'left-pad: WTFPL',
  ]);
  expect(document.relationships.filter(({ relationshipType }) => relationshipType === 'CONTAINS')).toHaveLength(7);
});

test('the same input gives the same bytes, in whatever order its lists come', async () => {
  const turned = structuredClone({
    ...input,
    packages: input.packages.toReversed(),
    languagePackages: input.languagePackages.toReversed(),
  });
  for (const format of sbomFormatNames) expect(await write(format, turned), format).toBe(await write(format));
});

test('what could not be listed is said in every format', async () => {
  const missing = ['Packages of the operating system are not known: the rpm database cannot be read.'];
  const none = { ...input, packages: [], languagePackages: [], runtimes: [], missing };
  for (const format of sbomFormatNames) expect(await write(format, none)).toContain('the rpm database cannot be read');
  expect(cycloneDxProblems(await write('cyclonedx-json', none))).toEqual([]);
  expect(spdxProblems(await write('spdx-json', none))).toEqual([]);
});

test('a table has a line for each component, none too wide', async () => {
  for (const width of [40, 80, 120]) {
    const text = (await sbomFormatter('table'))(input, { colour: false, width });
    const lines = text.split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(60, width));
    for (const name of ['zlib1g', 'bash', 'left-pad', 'node'])
      expect(lines.filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1);
    expect(text).not.toContain('\u202e');
  }
});

test('names that only a hostile image has are written as they are, and harmless', async () => {
  const hostile = system('a\u0000b"\n\u202e#é/..', '1\u007f', 'x'.repeat(5000));
  const odd = { ...input, packages: [{ ...hostile, purl: 'pkg:deb/debian/a%00b@1' }] };
  expect(cycloneDxProblems(await write('cyclonedx-json', odd))).toEqual([]);
  expect(spdxProblems(await write('spdx-json', odd))).toEqual([]);
});
