/** Each rule is whole: metadata, check, cases, documentation, all under one name. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { staleDocs } from '../../scripts/docs.mjs';
import { readBaseline } from '../../scripts/rules.mjs';
import { checks } from '../../src/rules/baseline.generated.ts';
import { baseline } from '../../src/rules/baseline.ts';
import type { EndOfLife, EscalationBinaries, ManagementPorts, TrustedRegistries } from '../../src/rules/data.ts';
import { loadRuleset } from '../../src/rules/load.ts';
import { compilePattern, matchesPattern } from '../../src/rules/pattern.ts';
import { placeholders, templateProblem } from '../../src/rules/template.ts';

const root = resolve(import.meta.dirname, '../..');
const { rules, data } = baseline();
const documentation = readFileSync(join(root, 'docs/rules.md'), 'utf8');

/** `category/id` of every file of an ending below a folder. */
function names(folder: string, ending: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  );
  return files
    .filter((path) => path.endsWith(ending) && path.split('/').length === 2)
    .map((path) => path.slice(0, -ending.length))
    .sort();
}

describe('the baseline', () => {
  it('is built from what rulesets/ holds now (else: npm run build)', async () => {
    const now = await readBaseline();
    expect(baseline().version).toBe(now.version);
    expect(baseline().name).toBe('baseline@1');
    expect(rules.map(({ metadata }) => metadata)).toEqual(now.rules);
    expect(data).toEqual(now.data);
  });

  it('has a version of what judges: a profile moves the gate and not the version', () => {
    const { profiles, ...judging } = data;
    expect(Object.keys(profiles as object)).toContain('strict');
    const text = JSON.stringify({ rules: rules.map(({ metadata }) => metadata), data: judging });
    expect(baseline().version).toBe(createHash('sha256').update(text).digest('hex').slice(0, 12));
  });

  it('has one check for each metadata file, and the other way round', () => {
    const all = rules.map(({ metadata }) => `${metadata.category}/${metadata.id}`).sort();
    expect(names('rulesets/baseline', '.yaml')).toEqual(all);
    expect(names('src/rules', '.ts')).toEqual(all);
    expect(Object.keys(checks)).toEqual(rules.map(({ metadata }) => metadata.id));
  });

  it('documents a ruleset that loads', async () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(documentation)?.[1] ?? '';
    const ruleset = await loadRuleset([{ name: 'example.yaml', text: example }]);
    expect(ruleset.name).toBe('baseline@1 + acme');
    expect(ruleset.trusted).toHaveLength(2);
    expect(Object.keys(ruleset.disabled ?? {})).toEqual(['missing-attestation']);
  });

  it('documents every rule and no other, and its generated files are up to date (else: npm run docs)', async () => {
    const sections = [...documentation.matchAll(/^### (\S+)$/gm)].map((match) => match[1]);
    expect([...sections].sort()).toEqual(rules.map(({ metadata }) => metadata.id).sort());
    expect(await staleDocs()).toEqual([]);
  });
});

describe.each(rules.map(({ metadata }) => [metadata.id, metadata] as const))('%s', (_, metadata) => {
  it('has at least one ok and one ng case', () => {
    const files = readdirSync(join(root, 'test/rules', metadata.category, metadata.id));
    expect(files.filter((name) => /^ok(-|\.)/.test(name)).length).toBeGreaterThan(0);
    expect(files.filter((name) => /^ng(-|\.)/.test(name)).length).toBeGreaterThan(0);
  });

  it('has texts that are finished, on one line, and that fit', () => {
    const texts = [
      metadata.title,
      metadata.why,
      ...Object.values(metadata.message),
      ...Object.values(metadata.remediation),
    ];
    for (const text of texts) {
      expect(text).not.toMatch(/^Say |\n|\s$/);
      expect(templateProblem(text)).toBeUndefined();
    }
    expect(metadata.title).toMatch(/^[A-Z].*[^.]$/);
    for (const message of Object.values(metadata.message)) expect(message).toMatch(/[^.]$/);
    for (const remediation of Object.values(metadata.remediation)) expect(remediation).toMatch(/\.$/);
    expect(placeholders(metadata.title)).toEqual([]);
    for (const { title, section } of metadata.references) expect(`${title} ${section ?? ''}`).not.toMatch(/^Say /);
  });

  it('asks for a reason where it cannot tell', () => {
    if (metadata.message['unknown'] !== undefined)
      expect(placeholders(metadata.message['unknown'])).toEqual(['reason']);
  });

  it('has no words, lists or severities of its own in code', () => {
    const code = readFileSync(join(root, 'src/rules', metadata.category, `${metadata.id}.ts`), 'utf8');
    expect(code).not.toMatch(/severity: '(critical|high)'/);
  });
});

describe('data', () => {
  it('lists each release and each name once, newest first', () => {
    const { distros } = data['end-of-life'] as EndOfLife;
    const ids = distros.flatMap((distro) => distro.ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const {
      ids: [id],
      releases,
      rolling,
    } of distros) {
      expect([id, rolling === true]).toEqual([id, releases.length === 0]);
      const versions = releases.map(({ version, codename }) => version ?? codename);
      expect(new Set(versions).size).toBe(versions.length);
    }
    const { escalates, ordinary } = data['escalation-binaries'] as EscalationBinaries;
    const programs = [...escalates, ...ordinary].map(({ name }) => name);
    expect(programs.filter((name, i) => programs.indexOf(name) !== i)).toEqual([]);
    const ports = (data['management-ports'] as ManagementPorts).ports.map(
      ({ port, protocol }) => `${port}/${protocol}`,
    );
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('trusts the publishers it names, and none of their look-alikes', () => {
    const patterns = (data['trusted-registries'] as TrustedRegistries).patterns.map(({ pattern }) =>
      compilePattern(pattern),
    );
    const trusted = (registry: string, repository: string) =>
      patterns.some((pattern) => matchesPattern(pattern, { registry, repository }));
    for (const [registry, repository] of [
      ['docker.io', 'library/debian'],
      ['gcr.io', 'distroless/static-debian13'],
      ['cgr.dev', 'chainguard/node'],
      ['registry.access.redhat.com', 'ubi10/ubi-minimal'],
      ['mcr.microsoft.com', 'dotnet/runtime'],
      ['public.ecr.aws', 'docker/library/python'],
      ['localhost:5000', 'x'],
      ['[::1]:5000', 'x/y'],
    ] as const) {
      expect([registry, repository, trusted(registry, repository)]).toEqual([registry, repository, true]);
    }
    for (const [registry, repository] of [
      ['docker.io', 'debian/library'],
      ['docker.io', 'librarian/debian'],
      ['gcr.io', 'distroless-evil/static'],
      ['docker.io.evil.example', 'library/debian'],
      ['localhost.evil.example', 'x'],
      ['public.ecr.aws', 'someone/python'],
      ['quay.io', 'someone/app'],
    ] as const) {
      expect([registry, repository, trusted(registry, repository)]).toEqual([registry, repository, false]);
    }
  });
});
