import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CycloneDx, cycloneDxProblems, type Spdx, spdxProblems } from '../../report/sbom/validate.ts';
import { root, workplace } from '../tare.ts';

const sample = join(root, 'samples/debian-root.image.yaml');
const { at, tare } = workplace();

test('prints a table, CycloneDX and SPDX of the same packages', async () => {
  const table = await tare(['sbom', sample]);
  expect(table).toMatchObject({ code: 0, stderr: '' });
  expect(table.stdout).toMatch(/^ {2}deb \(\d+\) /m);
  const cyclonedx = await tare(['sbom', sample, '--format', 'cyclonedx-json']);
  const spdx = await tare(['sbom', sample, '--format', 'spdx-json']);
  expect(cycloneDxProblems(cyclonedx.stdout)).toEqual([]);
  expect(spdxProblems(spdx.stdout)).toEqual([]);
  const { packages } = JSON.parse((await tare(['scan', sample, '--format', 'json', '--fail-on', 'none'])).stdout) as {
    packages: { purl: string }[];
  };
  const purls = packages.map(({ purl }) => purl).sort();
  const bom = JSON.parse(cyclonedx.stdout) as CycloneDx;
  const document = JSON.parse(spdx.stdout) as Spdx;
  expect(bom.components.flatMap(({ purl = '' }) => (purl.startsWith('pkg:deb/') ? [purl] : [])).sort()).toEqual(purls);
  const locators = document.packages.flatMap(({ externalRefs = [] }) =>
    externalRefs.map((ref) => ref.referenceLocator),
  );
  expect(locators.filter((purl) => purl.startsWith('pkg:deb/')).sort()).toEqual(purls);
});

test('gives the same bytes each time, and reads no clock', async () => {
  const once = await tare(['sbom', sample, '--format', 'spdx-json']);
  expect((await tare(['sbom', sample, '--format', 'spdx-json', '--no-cache'])).stdout).toBe(once.stdout);
  const dateOf = async (args: string[], env: Record<string, string> = {}) => {
    const { stdout } = await tare(['sbom', sample, '--format', 'cyclonedx-json', ...args], { env });
    return (JSON.parse(stdout) as CycloneDx).metadata.timestamp;
  };
  expect(await dateOf([])).toBeUndefined();
  expect(await dateOf([], { SOURCE_DATE_EPOCH: '1700000000' })).toBe('2023-11-14T22:13:20.000Z');
  expect(await dateOf(['--as-of', '2026-11-23'], { SOURCE_DATE_EPOCH: '1' })).toBe('2026-11-23T00:00:00.000Z');
});

test('writes files beside what it prints, and takes standard input', async () => {
  mkdirSync(at('out'));
  const archive = at('image.tar');
  mkdirSync(at('root/lib/apk/db'), { recursive: true });
  writeFileSync(at('root/lib/apk/db/installed'), 'P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\n\n');
  execFileSync('tar', ['-C', at('root'), '-cf', at('layer.tar'), '.']);
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [sum(at('layer.tar'))] } };
  writeFileSync(at('config.json'), JSON.stringify(config));
  writeFileSync(
    at('manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: ['shop/web:1.0'], Layers: ['layer.tar'] }]),
  );
  execFileSync('tar', ['-C', at(''), '-cf', archive, 'manifest.json', 'config.json', 'layer.tar']);
  const ran = await tare(['sbom', '-', '--output', `cyclonedx-json=${at('out/bom.json')}`, '--quiet'], {
    input: readFileSync(archive),
  });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout).toContain('docker.io/shop/web:1.0');
  const bom = JSON.parse(readFileSync(at('out/bom.json'), 'utf8')) as CycloneDx;
  expect(bom.components.find(({ name }) => name === 'musl')?.licenses).toMatchObject([{ expression: 'MIT' }]);
});

test.each([
  [[], /of one image/],
  [['a', 'b'], /of one image/],
  [[sample, '--format', 'json'], /--format is table, cyclonedx-json or spdx-json/],
  [[sample, '--output', 'spdx-json'], /FORMAT=FILE/],
  [['./none.tar'], /none\.tar/],
])('answers %j with one sentence and exit code 2', async (args, sentence) => {
  const { code, stdout, stderr } = await tare(['sbom', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('refuses a SOURCE_DATE_EPOCH that is none', async () => {
  const { code, stderr } = await tare(['sbom', sample], { env: { SOURCE_DATE_EPOCH: 'yesterday' } });
  expect([code, stderr]).toEqual([2, expect.stringContaining('SOURCE_DATE_EPOCH')]);
});

function sum(file: string): string {
  return `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
}
