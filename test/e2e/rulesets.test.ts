/** A ruleset as an OCI artifact: pushed to a real registry as `oras push` does, pulled by digest, kept, and refused when altered. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImageReport } from '../../src/types/report.ts';
import { badRefusal, tare } from './setup/cli.ts';
import { openHome } from './setup/home.ts';
import { sha256 } from './setup/layout.ts';
import { putBlob, putManifest } from './setup/push.ts';
import { type Registry, startRegistry } from './setup/registry.ts';
import { suite } from './setup/suite.ts';

const sample = resolve(import.meta.dirname, '../../samples/debian-root.image.yaml');
const ruleset = (id: string) =>
  `rules:\n  ${id}:\n    { title: t, for: image, when: 'true', category: hygiene, severity: low, message: it is there, why: w, remediation: r }\n`;
const repository = 'acme/rules';
const artifactType = 'application/vnd.tare.ruleset.v1';
const layerType = 'application/vnd.tare.ruleset.layer.v1+yaml';

suite('a ruleset in a registry', { tools: ['docker-registry'] }, () => {
  const home = openHome('rulesets');
  const env = { HOME: home.folder('nobody') };
  let registry: Registry;

  beforeAll(async () => {
    registry = await startRegistry(home, 'rules');
  }, 60_000);
  afterAll(async () => {
    await registry?.stop();
    await home.close();
  }, 60_000);

  /** As `oras push --artifact-type TYPE REPO FILE:MEDIATYPE …` does. */
  async function push(
    files: Record<string, string>,
    more: Record<string, unknown> = {},
    mediaType = layerType,
  ): Promise<string> {
    const blob = (text: string) => putBlob(registry.host, repository, Buffer.from(text));
    const layers: unknown[] = [];
    for (const [title, text] of Object.entries(files))
      layers.push({ mediaType, ...(await blob(text)), annotations: { 'org.opencontainers.image.title': title } });
    const config = { mediaType: 'application/vnd.oci.empty.v1+json', ...(await blob('{}')) };
    const document = { artifactType, config, layers, ...more };
    return (await putManifest(registry.host, repository, undefined, document)).digest;
  }

  const scan = (digest: string, words: string[] = []) =>
    tare(
      [
        'scan',
        sample,
        '--format',
        'json',
        '--fail-on',
        'none',
        '--no-config',
        '--ruleset',
        `oci:${registry.host}/${repository}@${digest}`,
        ...words,
      ],
      { env },
    );

  it('is pulled by digest, judged by, and kept for a run without the registry', async () => {
    const digest = await push({ 'acme.yaml': ruleset('acme-a'), 'more.yaml': ruleset('acme-b') });
    const cache = home.folder('cache');
    const ran = await scan(digest, ['--cache-dir', cache]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const report = JSON.parse(ran.stdout) as ImageReport;
    expect(report.ruleset.name).toBe('baseline@1 + acme + more');
    expect(report.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['acme-a', 'acme-b']));
    // The registry loses it; what is kept is as good, and what is kept and altered is not believed.
    for (const bytes of [digest, sha256(Buffer.from(ruleset('acme-a')))]) writeFileSync(registry.blob(bytes), 'lost');
    const again = await scan(digest, ['--cache-dir', cache]);
    expect([again.code, again.stdout]).toEqual([0, ran.stdout]);
    for (const name of readdirSync(join(cache, 'rulesets')))
      writeFileSync(join(cache, 'rulesets', name), readFileSync(sample));
    expect(badRefusal(await scan(digest, ['--cache-dir', cache]))).toBeUndefined();
    expect(badRefusal(await scan(digest, ['--no-cache']))).toBeUndefined();
  });

  it('serves lint, secrets and rules too', async () => {
    const source = `oci:${registry.host}/${repository}@${await push({ 'acme.yaml': ruleset('acme-c') })}`;
    writeFileSync(home.path('Dockerfile'), 'FROM scratch\nUSER 1000\n');
    const lint = await tare(
      ['lint', home.path('Dockerfile'), '--no-config', '--format', 'json', '--fail-on', 'none', '--ruleset', source],
      { env },
    );
    expect(lint.stdout).toContain('"acme-c"');
    const rules = await tare(['rules', 'acme-c', '--ruleset', source], { env });
    expect(rules).toMatchObject({ code: 0, stdout: expect.stringContaining('judged on image and dockerfile') });
    const secrets = await tare(['secrets', home.path('Dockerfile'), '--ruleset', source], { env });
    expect(secrets).toMatchObject({ code: 0, stderr: '' });
  });

  it('is refused where it is none, too large, or not there', async () => {
    const rules = { 'acme.yaml': ruleset('acme-a') };
    const cases: [string, RegExp][] = [
      [
        await push(rules, { artifactType: 'application/vnd.acme.sbom' }),
        /is 'application\/vnd\.acme\.sbom' and no ruleset/,
      ],
      [
        await push(rules, {}, 'text/plain'),
        /layer 0 of .* is 'text\/plain'; a ruleset's files are application\/vnd\.tare/,
      ],
      [await push({}), /has 0 layers; a ruleset has one for each file/],
      [await push({ 'big.yaml': `# ${'x'.repeat(5 << 20)}\n` }), /limit/],
      [await push({ 'bad.yaml': 'rules: [' }), /oci:acme\/rules@sha256:[0-9a-f]{12}\/bad\.yaml:1:\d+: /],
      [`sha256:${'0'.repeat(64)}`, /sha256:0000/],
    ];
    for (const [digest, message] of cases) {
      const ran = await scan(digest);
      expect(badRefusal(ran)).toBeUndefined();
      expect(ran.stderr).toMatch(message);
    }
  });
});
