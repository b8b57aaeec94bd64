/** `tare lint` as its users run it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { lintOptions } from '../../../src/app/cli/lint-options.ts';
import type { DockerfileReport } from '../../../src/types/report.ts';
import { launcher, workplace } from '../tare.ts';

const { at, tare, folder } = workplace();
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const good = `FROM alpine:3.23@${digest}\nUSER 10001\nHEALTHCHECK NONE\nCMD ["true"]\n`;
const bad = `FROM alpine:3.23@${digest}\nUSER root\nHEALTHCHECK NONE\nCMD ["true"]\n`;

beforeAll(() => {
  for (const name of ['tree/a', 'tree/b', 'tree/out', 'empty']) mkdirSync(at(name), { recursive: true });
  for (const [name, text] of Object.entries({
    'good.Dockerfile': good,
    'bad.Dockerfile': bad,
    'broken.Dockerfile': `${good}COPPY a b\n`,
    'tree/Dockerfile': good,
    'tree/a/Dockerfile.dev': good,
    'tree/b/app.Dockerfile': bad,
    'tree/out/Dockerfile': bad,
    'tree/.gitignore': 'out/\n',
    'empty/readme.txt': 'none here\n',
  }))
    writeFileSync(at(name), text);
  execFileSync('git', ['init', '-q'], { cwd: at('tree') });
});

const names = (stdout: string) =>
  (JSON.parse(stdout) as { reports: DockerfileReport[] }).reports.map(({ target }) => target.name);

describe('exit codes', () => {
  it('are 0 where the gate passes, 1 where it fails, 2 where a file cannot be read', async () => {
    expect(await tare(['lint', 'good.Dockerfile'])).toMatchObject({ code: 0, stderr: '' });
    expect(await tare(['lint', 'bad.Dockerfile'])).toMatchObject({ code: 1, stderr: '' });
    expect(await tare(['lint', 'broken.Dockerfile'])).toMatchObject({ code: 1, stderr: '' });
    expect(await tare(['lint', 'bad.Dockerfile', '--fail-on', 'none'])).toMatchObject({ code: 0 });
    const missing = await tare(['lint', 'good.Dockerfile', 'nope']);
    expect(missing).toMatchObject({ code: 2, stderr: 'tare: nope does not exist; check the path\n' });
    expect(missing.stdout).toContain(' PASSED ');
  });

  it.each([
    [['lint', 'empty'], /holds no Dockerfile/],
    [['lint', 'no*such'], /no file fits no\*such/],
    [['lint', '--build-arg', 'X'], /--build-arg is NAME=VALUE/],
    [['lint', '--stdin-filename', 'x'], /give - as the path too/],
    [['lint', '--format', 'gitlab-container-scanning', 'good.Dockerfile'], /is for images/],
    [['lint', '--colour'], /no option --colour/],
    [['lint', '-', '-'], /can be read once/],
  ])('are 2 for %j', async (words, message) => {
    const { code, stderr, stdout } = await tare(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('paths', () => {
  it('finds Dockerfiles by name below a folder, without what Git ignores', async () => {
    const { stdout, code } = await tare(['lint', '--format', 'json'], { cwd: at('tree') });
    expect(names(stdout)).toEqual(['Dockerfile', 'a/Dockerfile.dev', 'b/app.Dockerfile']);
    expect(code).toBe(1);
    expect(names((await tare(['lint', 'tree', '--format', 'json'])).stdout)).toEqual([
      'tree/Dockerfile',
      'tree/a/Dockerfile.dev',
      'tree/b/app.Dockerfile',
    ]);
  });

  it('takes patterns, and each file once', async () => {
    const { stdout } = await tare(['lint', '**/*.Dockerfile', 'b/app.Dockerfile', 'Dockerfile', '--format', 'json'], {
      cwd: at('tree'),
    });
    expect(names(stdout)).toEqual(['b/app.Dockerfile', 'Dockerfile']);
  });

  it('reads standard input under a name', async () => {
    const run = (...words: string[]) => tare(['lint', '-', '--quiet', ...words], { input: Buffer.from(bad) });
    expect((await run()).stdout).toMatch(/^failed .* stdin: run-as-root/);
    expect((await run('--stdin-filename', 'tree/Dockerfile')).stdout).toContain(' tree/Dockerfile: ');
  });

  it('is what tare scan does with a Dockerfile', async () => {
    for (const target of ['bad.Dockerfile', 'dockerfile:bad.Dockerfile', 'tree/Dockerfile']) {
      const scanned = await tare(['scan', target, '--as-of', '2026-11-01']);
      const linted = await tare(['lint', target.replace('dockerfile:', ''), '--as-of', '2026-11-01']);
      expect([target, scanned]).toEqual([target, linted]);
    }
  });
});

describe('the build', () => {
  it('takes a target, arguments and a context', async () => {
    writeFileSync(
      at('stages.Dockerfile'),
      `ARG WHO=root\nFROM alpine:3.23@${digest} AS app\nARG WHO\nUSER $WHO\nCOPY . /app\nFROM app AS test\nUSER 0\n`,
    );
    const rules = async (...words: string[]) =>
      (
        JSON.parse((await tare(['lint', 'stages.Dockerfile', '--format', 'json', ...words])).stdout) as DockerfileReport
      ).findings.map(({ rule, evidence: [place] }) =>
        place.at === 'instruction' ? `${rule}:${place.range.start.line}` : rule,
      );
    expect(await rules()).toContain('run-as-root:7');
    expect(await rules('--target', 'app')).toContain('run-as-root:4');
    expect((await rules('--target', 'app', '--build-arg', 'WHO=5')).join()).not.toContain('run-as-root');
    mkdirSync(join(folder, 'context/.git'), { recursive: true });
    writeFileSync(at('context/.git/HEAD'), '');
    expect(await rules('--context', 'context')).toContain('copy-whole-context:5');
  });
});

describe('reports', () => {
  it('give place, severity, rule and message on one line, the fix and the forecast', async () => {
    const { stdout } = await tare(['lint', 'bad.Dockerfile'], { env: { COLUMNS: '120' } });
    expect(stdout).toContain('bad.Dockerfile:2:1  high  run-as-root  Runs as root (USER root)\n    fix  Create a user');
    expect(stdout).toMatch(/^forecast {2}\d+\.\d( to \d+\.\d)? \([A-F]( to [A-F])?\) of 100/m);
    expect(stdout).toMatch(/^ FAILED {3}1 high/m);
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('neutralise what a file says', async () => {
    writeFileSync(at('evil.Dockerfile'), 'FROM scratch\nUSER ro\u001b[31mot\n');
    const { stdout } = await tare(['lint', 'evil.Dockerfile']);
    expect(stdout).toContain('\\u{1b}[31m');
    expect(stdout).not.toContain('\u001b');
  });

  it('come in the formats of pipelines', async () => {
    expect(JSON.parse((await tare(['lint', 'bad.Dockerfile', '--format', 'sarif'])).stdout)).toMatchObject({
      version: '2.1.0',
    });
    expect((await tare(['lint', 'bad.Dockerfile', '--format', 'github'])).stdout).toContain(
      '::error file=bad.Dockerfile,line=2',
    );
    const { code } = await tare(['lint', 'bad.Dockerfile', '--output', 'json=out.json', '--quiet']);
    expect(code).toBe(1);
  });

  it('explain every option', async () => {
    const { stdout, code } = await tare(['lint', '--help']);
    expect(code).toBe(0);
    for (const { name, value } of lintOptions)
      expect(stdout).toMatch(new RegExp(`^  --${name}${value ? ' ' : ''}`, 'm'));
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('start', () => {
  it('loads neither network nor threads for a small file', () => {
    writeFileSync(
      at('spy.cjs'),
      "process.on('exit', () => console.error(process.moduleLoadList.filter((name) => /^NativeModule (https?|worker_threads|tls|dgram|child_process)$/.test(name)).join()));",
    );
    const { stderr, status } = spawnSync(
      process.execPath,
      ['--require', at('spy.cjs'), launcher, 'lint', at('good.Dockerfile')],
      {
        encoding: 'utf8',
        env: { HOME: folder, PATH: process.env['PATH'] },
      },
    );
    expect({ stderr, status }).toEqual({ stderr: '\n', status: 0 });
  });
});
