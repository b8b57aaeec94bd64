/** tare.yaml from the folder to the gate: found, read, merged, shown, refused. */
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOptionsFile, startingFolder } from '../../../../src/app/cli/policy/find.ts';
import { importFiles } from '../../../../src/app/cli/policy/import.ts';
import { readOptions } from '../../../../src/app/cli/policy/read.ts';
import { policyFor } from '../../../../src/app/cli/policy/resolve.ts';
import { optionsJsonSchema } from '../../../../src/app/cli/policy/schema.ts';
import { parseReference } from '../../../../src/image/reference.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tare-options-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nothing = { gate: {}, severity: {}, suppress: [] };
const inForce = (text: string, name = 'app.tar', reference?: string, given = {}) =>
  policyFor({ ...nothing, ...given }, readOptions(text, join(folder, 'tare.yaml')), undefined)(
    name,
    reference ? [parseReference(reference)] : [],
    reference === undefined,
  );

describe('the file', () => {
  it('is found in the folder or above it, up to the root of a repository', async () => {
    mkdirSync(join(folder, 'repo/a/b'), { recursive: true });
    mkdirSync(join(folder, 'repo/.git'));
    writeFileSync(join(folder, 'tare.yaml'), '');
    expect(await findOptionsFile(join(folder, 'repo/a/b'))).toBeUndefined();
    writeFileSync(join(folder, 'repo/tare.yaml'), '');
    expect(await findOptionsFile(join(folder, 'repo/a/b'))).toBe(join(folder, 'repo/tare.yaml'));
    writeFileSync(join(folder, 'repo/a/.tare.yaml'), '');
    expect(await findOptionsFile(join(folder, 'repo/a/b'))).toBe(join(folder, 'repo/a/.tare.yaml'));
    writeFileSync(join(folder, 'repo/a/tare.yml'), '');
    await expect(findOptionsFile(join(folder, 'repo/a/b'))).rejects.toThrow('two options files');
  });

  it.runIf(process.getuid?.() === 0)('of another user is passed over', async () => {
    const file = join(folder, 'tare.yaml');
    writeFileSync(file, '');
    chownSync(file, 12345, 12345);
    expect(await findOptionsFile(folder, 0)).toBeUndefined();
    expect(await findOptionsFile(folder, 12345)).toBe(file);
  });

  it('is looked for from the folder that all targets share', async () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    mkdirSync(join(folder, 'ab'));
    writeFileSync(join(folder, 'ab/x.tar'), '');
    expect(await startingFolder([join(folder, 'a/b'), `docker-archive:${join(folder, 'ab/x.tar')}`])).toBe(folder);
    expect(await startingFolder([join(folder, 'a/b'), 'debian:13'])).toBe(join(folder, 'a/b'));
    expect(await startingFolder(['debian:13', '-'])).toBe(process.cwd());
  });
});

describe('what is in force', () => {
  it('comes from profile, file, target and command line, the later over the earlier', () => {
    const text = `profile: strict
gate: { fail-on: high, rules: { run-as-root: none } }
targets:
  - image: registry.example.com/team/**
    gate: { fail-on: low, rules: { run-as-root: any } }
  - path: archives/*.tar
    profile: cis-docker
`;
    const plain = inForce(text);
    expect(plain).toMatchObject({ failOn: 'high', minScore: 90 });
    expect(plain.rules.get('run-as-root')).toBe('none');
    expect(plain.categories.get('hygiene')).toBe('medium');
    const team = inForce(text, 'x', 'registry.example.com/team/app:1');
    expect(team.failOn).toBe('low');
    expect(team.rules.get('run-as-root')).toBe('info');
    expect(inForce(text, 'x', 'registry.example.com/other/app:1').failOn).toBe('high');
    const archive = inForce(text, join(folder, 'archives/app.tar'));
    expect(archive.minScore).toBeUndefined();
    expect(archive.rules.get('setuid-file')).toBe('info');
    const given = inForce(text, 'x', undefined, { gate: { 'fail-on': 'critical' }, profile: 'baseline' });
    expect(given).toMatchObject({ failOn: 'critical' });
    expect(given.minScore).toBeUndefined();
  });

  it('goes by path for files alone, and by the whole of their name', () => {
    const text = (path: string) => `targets: [{ path: "${path}", gate: { fail-on: none } }]`;
    const here = (path: string, name: string, local: boolean) =>
      policyFor(nothing, readOptions(text(path), 'tare.yaml'), undefined)(name, [parseReference(name)], local).failOn;
    expect(here('**', 'debian:13', false)).toBe('high');
    expect(here('13', 'debian:13', false)).toBe('high');
    expect(here('**', 'debian', true)).toBe('none');
    expect(here('13', 'debian:13', true)).toBe('high');
    expect(here('debian:13', 'debian:13', true)).toBe('none');
  });

  it('takes from a baseline what was found in a file for that file, and for no image of its name', () => {
    const findings = [{ rule: 'run-as-root', fingerprint: 'f' }];
    const known = { file: 'b.json', content: { schemaVersion: 1 as const, targets: [{ name: 'debian', findings }] } };
    const here = (name: string, local: boolean) =>
      policyFor(nothing, undefined, known)(name, [parseReference(name)], local).known?.fingerprints.size;
    expect(here('debian', true)).toBe(1);
    expect(here('debian', false)).toBe(0);
  });

  it('names the line of each suppression', () => {
    const { suppressions } = inForce(
      'suppress:\n  - rule: setuid-file\n    reason: r\n  - { rule: SC2086, reason: s }\n',
    );
    expect(suppressions.map(({ where }) => where.replace(/^.*\//, ''))).toEqual(['tare.yaml:2', 'tare.yaml:4']);
  });

  it('takes a file of comments alone', () => {
    expect(inForce('# nothing yet\n').failOn).toBe('high');
  });
});

describe('a fault', () => {
  it.each([
    ['supress: []', /tare\.yaml:1:1: supress: there is no field "supress" here/],
    ['gate:\n  fail-on: hihg', /tare\.yaml:2:12: gate\.fail-on: must be .*did you mean high/],
    ['gate:\n  rules:\n    run-as-rot: any', /tare\.yaml:3:5: .*no rule run-as-rot; did you mean run-as-root\?/],
    ['suppress:\n  - rule: setuid-file', /suppress\[0\]\.reason: is missing/],
    ['suppress:\n  - { rule: setuid-file, reason: r, expires: soon }', /expires: must be a date/],
    ['suppress:\n  - { rule: setuid-file, reason: r, path: "" }', /path/],
    ['profile: cis', /there is no profile cis; .*cis-docker/],
    ['targets:\n  - gate: { fail-on: low }', /needs image or path/],
    ['trusted: ["https://x"]', /has no scheme/],
    ['output: json=/etc/passwd', /somebody else's project; give --output/],
    ['docker-host: tcp://evil', /somebody else's project/],
    ['a: &a [1]\nb: *a', /aliases are not read/],
    ['version: 2', /version/],
    ['[]', /must be/],
    ['gate: {fail-on: high', /not valid YAML/],
  ])('in %j is told with its line', (text, message) => {
    // A rule that nobody knows may be one of the user's own: that is told when their ruleset is read.
    expect(() => {
      for (const { fail } of readOptions(text, 'tare.yaml').strangers) fail(['run-as-root']);
    }).toThrow(message);
  });

  it('in a bomb is told at once', () => {
    const bombs = [
      `a: ${'['.repeat(5000)}`,
      `${Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${i ? `*a${i - 1},*a${i - 1}` : 'x'}]`).join('\n')}`,
      `trusted: ["${'*'.repeat(600)}"]`,
      `suppress:\n${Array.from({ length: 20_001 }, () => '  - { rule: setuid-file, reason: r }').join('\n')}`,
    ];
    for (const bomb of bombs) {
      expect(() => readOptions(bomb, 'tare.yaml')).toThrow(/tare\.yaml/);
    }
  });
});

it('is what the published schema says', () => {
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  const valid = ajv.compile(optionsJsonSchema());
  expect(
    valid({
      profile: 'strict',
      gate: { 'fail-on': 'low', rules: { 'run-as-root': 'any' } },
      suppress: [{ rule: 'setuid-file', reason: 'r' }],
    }),
  ).toBe(true);
  expect(valid({ gate: { 'fail-on': 'any' } })).toBe(false);
  expect(valid({ supress: [] })).toBe(false);
});

it('imports what has a like here, and says what has none', async () => {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { text, left } = await importFiles([
    write(
      '.hadolint.yaml',
      'ignored: [DL3008, SC2086, DL9999]\ntrustedRegistries: [docker.io]\nfailure-threshold: warning\nno-fail: true\n',
    ),
    write('.trivyignore', '# kept for now\nAVD-DS-0002 exp:2027-01-01\nDS999\nCVE-2020-1\n'),
    write(
      '.trivyignore.yaml',
      'misconfigurations:\n  - id: DS-0005\n    paths: ["docker/Dockerfile"]\n    statement: because\nsecrets:\n  - id: aws-access-key-id\n',
    ),
    write('.dockleignore', 'CIS-DI-0006\n__proto__\n'),
  ]);
  expect(text).toContain('fail-on: medium');
  expect(text).toContain('docker.io/**');
  const { options } = readOptions(text, 'tare.yaml');
  const rules = options.suppress!.map(({ rule }) => rule);
  expect(rules).toEqual(expect.arrayContaining(['apt-unpinned', 'SC2086', 'run-as-root', 'missing-healthcheck']));
  expect(options.suppress!.find(({ rule }) => rule === 'run-as-root')).toMatchObject({
    reason: 'kept for now',
    expires: '2027-01-01',
  });
  expect(options.suppress!.some(({ path }) => path === 'docker/Dockerfile')).toBe(true);
  expect(left.join('\n')).toMatch(
    /DL9999[\s\S]*no-fail[\s\S]*DS999[\s\S]*CVE-2020-1 \(a vulnerability[\s\S]*aws-access-key-id[\s\S]*__proto__/,
  );
});
