/** Options files, baselines and `tare config` on the built command line. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DockerfileReport, ImageReport } from '../../src/types/report.ts';
import { root, workplace } from './tare.ts';

const { at, tare } = workplace();
const sample = join(root, 'samples/debian-root.image.yaml');

function project(name: string, files: Record<string, string>): string {
  mkdirSync(at(name), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(at(name), file), text);
  return at(name);
}

describe('tare.yaml', () => {
  it('moves the gate and never the score', async () => {
    const cwd = project('gate', {
      'tare.yaml':
        'gate: { fail-on: none, rules: { shell-present: any } }\nsuppress: [{ rule: run-as-root, reason: the runtime says who }]\n',
    });
    const bare = await tare(['scan', sample, '--format', 'json', '--no-config'], { cwd });
    const set = await tare(['scan', sample, '--format', 'json', '--config', 'tare.yaml'], { cwd });
    const [before, after] = [bare, set].map(({ stdout }) => JSON.parse(stdout) as ImageReport);
    expect(after!.score).toEqual(before!.score);
    expect(after!.findings.find(({ rule }) => rule === 'run-as-root')!.suppression).toEqual({
      reason: 'the runtime says who',
    });
    expect(set.code).toBe(1);
    expect(after!.gate.reason).toContain('shell-present is low, and its gate is any');
    expect(after!.gate.failing).toHaveLength(1);
    const lower = await tare(['scan', sample, '--config', 'tare.yaml', '--gate', 'shell-present=none'], { cwd });
    expect(lower.code).toBe(0);
  });

  it('is found from the Dockerfile, and yields to variables and the command line', async () => {
    const cwd = project('found', {
      Dockerfile: 'FROM debian:12\n',
      'tare.yaml': 'gate: { fail-on: none }\nformat: json\n',
    });
    const found = await tare(['lint', join(cwd, 'Dockerfile')]);
    expect(found.code).toBe(0);
    expect((JSON.parse(found.stdout) as DockerfileReport).gate.failOn).toBe('none');
    expect((await tare(['lint', cwd], { env: { TARE_FAIL_ON: 'high' } })).code).toBe(1);
    expect((await tare(['lint', cwd, '--fail-on', 'critical'], { env: { TARE_FAIL_ON: 'high' } })).code).toBe(0);
    const table = await tare(['lint', cwd, '--no-config']);
    expect(table.code).toBe(1);
    expect(table.stdout).toContain('FAILED');
  });

  it('with a fault ends the run with one sentence', async () => {
    const cwd = project('fault', { Dockerfile: 'FROM debian:12\n', 'tare.yaml': 'gate:\n  fail-on: hihg\n' });
    const { code, stdout, stderr } = await tare(['lint'], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^tare: tare\.yaml:2:12: .*did you mean high\?\n$/);
  });

  it('reads severities for the gate alone', async () => {
    const cwd = project('severity', { Dockerfile: 'FROM debian:12\nUSER 1000\n' });
    const args = ['lint', 'Dockerfile', '--no-config', '--format', 'json'];
    const plain = await tare(args, { cwd });
    const raised = await tare([...args, '--severity', 'full-os-base=critical', '--fail-on', 'critical'], { cwd });
    expect([plain.code, raised.code]).toEqual([0, 1]);
    expect((JSON.parse(raised.stdout) as DockerfileReport).findings).toEqual(
      (JSON.parse(plain.stdout) as DockerfileReport).findings,
    );
  });
});

describe('profiles', () => {
  it.each(['strict', 'cis-docker', 'nist-800-190', 'pss-restricted'])(
    '%s fails an image that runs as root',
    async (name) => {
      const { code, stdout } = await tare(['scan', sample, '--no-config', '--profile', name, '--quiet']);
      expect(code).toBe(1);
      expect(stdout).toContain('failed');
    },
  );

  it('that are none are refused', async () => {
    const { code, stderr } = await tare(['scan', sample, '--profile', 'cis']);
    expect(code).toBe(2);
    expect(stderr).toContain('cis-docker');
  });
});

describe('a baseline', () => {
  it('lets be what was there, and fails for what is new', async () => {
    const cwd = project('baseline', { Dockerfile: 'FROM debian:12\nRUN apt-get install curl\n' });
    const written = await tare(['baseline', '.', sample], { cwd });
    expect([written.code, written.stderr]).toEqual([0, '']);
    const file = readFileSync(join(cwd, 'tare-baseline.json'), 'utf8');
    const { targets } = JSON.parse(file) as { targets: { name: string }[] };
    expect(targets).toHaveLength(2);
    expect(targets.some(({ name }) => name === 'Dockerfile')).toBe(true);
    const args = ['--no-config', '--baseline', 'tare-baseline.json', '--fail-on', 'low'];
    expect((await tare(['lint', ...args], { cwd })).code).toBe(0);
    expect((await tare(['scan', sample, ...args], { cwd })).code).toBe(0);
    expect((await tare(['scan', join(root, 'samples/ubuntu-legacy.image.yaml'), ...args], { cwd })).code).toBe(1);
    writeFileSync(join(cwd, 'Dockerfile'), 'FROM debian:12\nRUN sudo apt-get install -y wget\n');
    const more = await tare(['lint', ...args, '--format', 'json'], { cwd });
    expect(more.code).toBe(1);
    const report = JSON.parse(more.stdout) as DockerfileReport;
    const open = report.findings.filter(({ suppression }) => !suppression).map(({ rule }) => rule);
    expect(open).toContain('sudo-used');
    expect(open).not.toContain('run-as-root');
    expect(report.status.map(({ message }) => message).join()).toContain('found no more (');
    // The same again gives the same bytes, and other targets stay.
    expect((await tare(['baseline', sample], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, 'tare-baseline.json'), 'utf8')).toBe(file);
  });

  it('that tare.yaml names is not applied to what is written anew', async () => {
    const cwd = project('again', { 'tare.yaml': 'baseline: tare-baseline.json\n' });
    expect((await tare(['baseline', sample, '--config', 'tare.yaml'], { cwd })).code).toBe(0);
    const file = readFileSync(join(cwd, 'tare-baseline.json'), 'utf8');
    expect(JSON.parse(file).targets[0].findings.length).toBeGreaterThan(3);
    expect((await tare(['scan', sample, '--config', 'tare.yaml', '--fail-on', 'low'], { cwd })).code).toBe(0);
    expect((await tare(['baseline', sample, '--config', 'tare.yaml'], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, 'tare-baseline.json'), 'utf8')).toBe(file);
  });

  it('is written through a symlink, and keeps its mode', async () => {
    const cwd = project('linked', { 'shared.json': '{"schemaVersion":1,"targets":[]}' });
    chmodSync(join(cwd, 'shared.json'), 0o640);
    symlinkSync('shared.json', join(cwd, 'mine.json'));
    expect((await tare(['baseline', sample, '--write', 'mine.json'], { cwd })).code).toBe(0);
    expect(lstatSync(join(cwd, 'mine.json')).isSymbolicLink()).toBe(true);
    expect(statSync(join(cwd, 'shared.json')).mode & 0o777).toBe(0o640);
    expect(JSON.parse(readFileSync(join(cwd, 'shared.json'), 'utf8')).targets).toHaveLength(1);
  });

  it('that cannot be written is refused before anything is scanned', async () => {
    const cwd = project('unwritable', {});
    const { code, stdout, stderr } = await tare(['baseline', './missing.tar', '--write', 'none/b.json'], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^tare: cannot write 'none\/b\.json': there is no folder .*\n$/);
  });

  it('is not touched where a target cannot be read', async () => {
    const cwd = project('untouched', { 'tare-baseline.json': '{"schemaVersion":1,"targets":[]}' });
    const { code } = await tare(['baseline', sample, './missing.tar'], { cwd });
    expect(code).toBe(2);
    expect(readFileSync(join(cwd, 'tare-baseline.json'), 'utf8')).toBe('{"schemaVersion":1,"targets":[]}');
  });

  it.each(['nonsense', '[]', '{"schemaVersion":2}', '{"schemaVersion":1,"targets":[{"name":"a","findings":[{}]}]}'])(
    'that holds %s is refused with a sentence',
    async (text) => {
      const cwd = project('refused', { 'b.json': text });
      const { code, stdout, stderr } = await tare(['scan', sample, '--baseline', 'b.json'], { cwd });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^tare: the baseline 'b\.json' .*tare baseline\n$/);
    },
  );
});

describe('tare config', () => {
  it('says what is in force and where it comes from', async () => {
    const cwd = project('config', { 'tare.yaml': 'profile: strict\ngate:\n  min-score: 70\nplatform: linux/arm64\n' });
    const { code, stdout } = await tare(['config', '--format', 'json', '--gate', 'run-as-root=none'], {
      cwd,
      env: { TARE_TIMEOUT: '60' },
    });
    expect(code).toBe(0);
    const { file, options } = JSON.parse(stdout) as {
      file: string;
      options: { name: string; value: unknown; from: string }[];
    };
    const of = (name: string) => options.find((option) => option.name === name);
    expect(file).toBe('tare.yaml');
    expect(of('profile')).toMatchObject({ value: 'strict', from: 'tare.yaml:1' });
    expect(of('min-score')).toMatchObject({ value: 70, from: 'tare.yaml:3' });
    expect(of('platform')).toMatchObject({ value: 'linux/arm64', from: 'tare.yaml:4' });
    expect(of('fail-on')).toMatchObject({ value: 'medium', from: 'profile strict' });
    expect(of('timeout')).toMatchObject({ value: '60', from: 'TARE_TIMEOUT' });
    expect(of('gate run-as-root')).toMatchObject({ value: 'none', from: 'command line' });
  });

  it('says where the values of a target come from that has parts of its own', async () => {
    const cwd = project('origins', {
      'tare.yaml': `profile: strict
gate: { fail-on: high, rules: { run-as-root: none } }
trusted: [registry.example.com/a/**]
severity: { setuid-file: high }
targets:
  - image: registry.example.com/team/**
    profile: cis-docker
    gate: { min-score: 10, rules: { run-as-root: any } }
    severity: { setuid-file: low }
    trusted: [registry.example.com/b/**]
  - image: registry.example.com/team/app
    gate:
      fail-on: low
`,
    });
    const of = async (...words: string[]) => {
      const { stdout } = await tare(['config', '--format', 'json', '--config', 'tare.yaml', ...words], { cwd });
      const { options } = JSON.parse(stdout) as { options: { name: string; value: unknown; from: string }[] };
      return (name: string) =>
        options.filter((option) => option.name === name).map(({ value, from }) => `${value}, ${from}`);
    };
    const team = await of('registry.example.com/team/app:1');
    expect(team('profile')).toEqual(['cis-docker, tare.yaml:7']);
    expect(team('fail-on')).toEqual(['low, tare.yaml:13']);
    expect(team('min-score')).toEqual(['10, tare.yaml:8']);
    expect(team('gate run-as-root')).toEqual(['any, tare.yaml:8']);
    expect(team('severity setuid-file')).toEqual(['low, tare.yaml:9']);
    expect(team('trusted')).toEqual([
      'registry.example.com/a/**, tare.yaml:3',
      'registry.example.com/b/**, tare.yaml:10',
    ]);
    const other = await of('registry.example.com/other');
    expect(other('profile')).toEqual(['strict, tare.yaml:1']);
    expect(other('min-score')).toEqual(['90, profile strict']);
    expect(other('severity setuid-file')).toEqual(['high, tare.yaml:4']);
    const given = await of('registry.example.com/team/app', '--profile', 'nist-800-190', '--fail-on', 'none');
    expect(given('profile')).toEqual(['nist-800-190, command line']);
    expect(given('fail-on')).toEqual(['none, command line']);
  });

  it('writes what a terminal would obey as escapes in its JSON', async () => {
    const cwd = project('bidi', { 'tare.yaml': 'suppress: [{ rule: run-as-root, reason: "a\\u202Eb" }]\n' });
    const { stdout } = await tare(['config', '--format', 'json', '--config', 'tare.yaml'], { cwd });
    expect(stdout).toContain('"a\\u202eb"');
  });

  it('applies a part by path to files, and to no image', async () => {
    const cwd = project('paths', {
      'tare.yaml': 'targets: [{ path: "**", gate: { min-score: 1 } }]\n',
      Dockerfile: 'FROM debian:12\n',
    });
    for (const [target, found] of [
      ['debian:13', false],
      ['docker:debian', false],
      ['Dockerfile', true],
      ['docker-archive:app.tar', true],
    ] as const) {
      const { stdout } = await tare(['config', target, '--config', 'tare.yaml'], { cwd });
      expect([target, stdout.includes('min-score')]).toEqual([target, found]);
    }
    const { stdout } = await tare(['config'], { cwd });
    expect(stdout).not.toContain('\nmin-score');
  });

  it('imports, and tells on standard error what it could not', async () => {
    const cwd = project('import', { '.hadolint.yaml': 'ignored: [DL3008]\nno-fail: true\n' });
    const { code, stdout, stderr } = await tare(['config', 'import', '.hadolint.yaml'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('rule: apt-unpinned');
    expect(stderr).toContain('not carried over: .hadolint.yaml: no-fail');
    expect((await tare(['config', 'import', 'other.txt'], { cwd })).code).toBe(2);
  });
});
