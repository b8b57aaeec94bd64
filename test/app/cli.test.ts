import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/app/cli/commands.ts';
import { diffOptions, sbomOptions } from '../../src/app/cli/inventory-options.ts';
import { scanOptions, variableOf } from '../../src/app/cli/options.ts';
import { rulesOptions } from '../../src/app/cli/rules-options.ts';
import { kebab } from '../../src/app/cli/values.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import type { ImageReport } from '../../src/types/report.ts';
import { ended, launcher, root, workplace } from './tare.ts';

const sample = (name: string) => join(root, 'samples', `${name}.image.yaml`);
const good = sample('static');
const bad = sample('ubuntu-legacy');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const { at, start, tare, folder } = workplace();

describe('version and help', () => {
  it.each(['--version', '-V'])('%s prints the version', async (word) => {
    expect(await tare([word])).toEqual({ code: 0, signal: null, stdout: `${version}\n`, stderr: '' });
  });

  it.each([['--help'], ['-h'], ['help']])('%s lists every command', async (word) => {
    const { code, stdout, stderr } = await tare([word]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const [, usage] of commands) expect(stdout).toContain(`  ${usage} `);
  });

  it.each([
    ['scan', scanOptions],
    ['sbom', sbomOptions],
    ['diff', diffOptions],
    ['rules', rulesOptions],
  ])('explains every option of %s, with examples', async (command, options) => {
    const { stdout } = await tare([command, '--help']);
    for (const { name, value } of options) expect(stdout).toMatch(new RegExp(`^  --${name}${value ? ' ' : ''}`, 'm'));
    expect(stdout).toContain(`\nExamples:\n  tare ${command}`);
    expect((await tare(['help', command])).stdout).toBe(stdout);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('loads nothing of the scanner for them', () => {
    const spy = at('spy.cjs');
    writeFileSync(
      spy,
      `process.on('exit', () => console.error(process.moduleLoadList.filter((name) => /^NativeModule (zlib|https?|worker_threads)$/.test(name)).join()));`,
    );
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['--require', spy, launcher, ...args], { encoding: 'utf8', env: { HOME: folder } });
    for (const word of ['--version', '--help']) expect(run(word).stderr).toBe('\n');
    expect(run('scan', '--help').stderr).toBe('\n');
    expect(run('scan', '--quiet', good).stderr).toContain('zlib');
  });
});

describe('exit codes', () => {
  it('is 0 when the gate passes, and 1 when it fails', async () => {
    expect(await tare(['scan', good])).toMatchObject({ code: 0, stderr: '' });
    expect(await tare(['scan', bad])).toMatchObject({ code: 1, stderr: '' });
    expect(await tare(['scan', bad, '--fail-on', 'none'])).toMatchObject({ code: 0 });
    expect(await tare(['scan', bad, '--fail-on', 'none', '--min-score', '90'])).toMatchObject({ code: 1 });
    expect(await tare(['scan', sample('node-alpine'), '--fail-on', 'low'])).toMatchObject({ code: 1 });
  });

  it('is 2 with one sentence when a target cannot be opened, and says nothing on standard output', async () => {
    const { code, stdout, stderr } = await tare(['scan', './none.tar']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^tare: .*none\.tar.*\n$/);
  });

  it('reports the other targets in order when one fails, and is 2 in the end', async () => {
    const { code, stdout, stderr } = await tare(['scan', '--format', 'json', bad, './none.tar', good]);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    const names = (JSON.parse(stdout) as { reports: ImageReport[] }).reports.map((report) => report.target.name);
    expect(names).toEqual(['ubuntu-legacy', 'shop/static:1.0']);
  });

  it('prints one line for each image with --quiet', async () => {
    const { stdout, stderr } = await tare(['scan', '--quiet', bad, good]);
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^[DF] {2}\d\d\.\d {2}ubuntu-legacy \(linux\/amd64\): failed: ./),
      expect.stringMatching(/^A 100\.0 {2}shop\/static:1\.0 \(linux\/amd64\): passed: ./),
      '',
    ]);
  });
});

describe('usage errors', () => {
  it.each<[string[], string | RegExp]>([
    [[], 'nothing to do: tare scan IMAGE grades an image, tare --help says more'],
    [['scna', 'x'], "there is no command 'scna'; did you mean tare scan?"],
    [
      ['debian:13-slim'],
      "there is no command 'debian:13-slim'; to grade an image of that name: tare scan 'debian:13-slim'",
    ],
    [['--quiet', 'scan', 'x'], "options follow the command: tare scan '--quiet' …"],
    [['--frob'], "there is no option '--frob' before a command; tare --help lists the commands"],
    [['scan'], 'name an image to scan: tare scan debian:13-slim, or tare scan ./image.tar'],
    [['scan', '--formt', 'json', 'x'], 'there is no option --formt; did you mean --format?'],
    [['scan', '--format', 'frob', good], /^--format is table, json, .* or template, not 'frob'$/],
    [['scan', '--ruleset', 'none.yaml', good], "cannot read the ruleset 'none.yaml': there is no such file"],
    [['scan', '--ruleset', '.', good], "the ruleset '.' is a folder without a .yaml file"],
    [
      ['scan', '--output', 'json=none/r.json', good],
      /^cannot write 'none\/r\.json': there is no folder '.*none'; make it first$/,
    ],
    [['scan', '--trusted', 'a b', good], /^--trusted 'a b': an image pattern cannot hold/],
    [['scan', '--__proto__', 'x', good], /^there is no option --_+proto_+/],
    [['scan', `--${'x'.repeat(100_000)}`, good], /^there is no option --x{70,}\.\.\.; --help lists them$/],
    [
      ['scan', '--fail-on', 'a\u001b[2Jb\nc', good],
      /^--fail-on is critical, high, medium, low or none, not 'a\?\[2Jb\?c'$/,
    ],
    [['rules', 'run-as-rot'], "there is no rule 'run-as-rot'; did you mean run-as-root?"],
    [['rules', 'run-as-root', 'x'], "tare rules explains one rule at a time, not 'x' too"],
    [['help', 'frobnicate'], /^there is no command 'frobnicate'/],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await tare(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^tare: [^\n]*\n$/);
    const said = stderr.slice('tare: '.length, -1);
    if (typeof sentence === 'string') expect(said).toBe(sentence);
    else expect(said).toMatch(sentence);
  });

  it('shows the stack only with TARE_DEBUG=1', async () => {
    expect((await tare(['scan', './none.tar'])).stderr).not.toContain('\n    at ');
    expect((await tare(['scan', './none.tar'], { env: { TARE_DEBUG: '1' } })).stderr).toContain('\n    at ');
  });
});

describe('output', () => {
  it('writes several reports at once, each in its format, and leaves nothing else behind', async () => {
    mkdirSync(at('out'));
    const { code, stdout } = await tare(['scan', bad, '--output', 'json=out/r.json', '--output', 'table=out/r.txt']);
    expect(code).toBe(1);
    expect(stdout).toContain('run-as-root');
    expect(readdirSync(at('out')).sort()).toEqual(['r.json', 'r.txt']);
    expect((JSON.parse(readFileSync(at('out/r.json'), 'utf8')) as ImageReport).target.name).toBe('ubuntu-legacy');
    expect(readFileSync(at('out/r.txt'), 'utf8')).toContain('run-as-root');
  });

  it('is a set in JSON where several targets were asked for, even if one of them is all there is', async () => {
    const { stdout } = await tare(['scan', bad, './none.tar', '--format', 'json']);
    expect((JSON.parse(stdout) as { reports: ImageReport[] }).reports).toHaveLength(1);
    expect(JSON.parse((await tare(['scan', bad, '--format', 'json'])).stdout)).not.toHaveProperty('reports');
  });

  it('fills a template of the user’s, and looks at it before it scans', async () => {
    writeFileSync(at('t.md.tpl'), '{{#each reports}}{{ target.name }}: {{ score.grade }}{{/each}}');
    writeFileSync(at('bad.tpl'), '{{#each reports}}');
    const fill = (file: string) => tare(['scan', bad, '--format', 'template', '--template', file]);
    expect((await fill('t.md.tpl')).stdout).toMatch(/^ubuntu-legacy: [A-F]\n$/);
    expect(await fill('bad.tpl')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^tare: bad\.tpl:1:3: .*\n$/),
    });
    expect((await fill('none.tpl')).stderr).toBe("tare: cannot read the template 'none.tpl': there is no such file\n");
    expect((await tare(['scan', bad, '--format', 'template'])).stderr).toMatch(/give --template FILE\n$/);
  });

  it('gives rules their help in SARIF, and GitHub its step summary', async () => {
    writeFileSync(at('summary.md'), 'before\n');
    const env = { GITHUB_STEP_SUMMARY: at('summary.md') };
    const { stdout } = await tare(['scan', bad, '--format', 'github', '--output', 'sarif=r.sarif'], { env });
    expect(stdout).toMatch(/^(::(error|warning|notice) [^\n]*\n)+$/);
    expect(readFileSync(at('summary.md'), 'utf8')).toMatch(/^before\n<!-- tare -->\n\n## `ubuntu-legacy`/);
    expect(readFileSync(at('r.sarif'), 'utf8')).toContain('### How to mend it');
  });

  it('keeps the old file when the scan fails', async () => {
    writeFileSync(at('kept.json'), 'old');
    expect((await tare(['scan', './none.tar', '--output', 'json=kept.json'])).code).toBe(2);
    expect(readFileSync(at('kept.json'), 'utf8')).toBe('old');
  });

  it('colours only where it should', async () => {
    const colour = async (args: string[], env: NodeJS.ProcessEnv = {}) =>
      (await tare(['scan', bad, ...args], { env })).stdout.includes('\u001b[');
    expect(await colour([])).toBe(false);
    expect(await colour([], { CI: 'true' })).toBe(false);
    expect(await colour([], { FORCE_COLOR: '1' })).toBe(true);
    expect(await colour([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(await colour(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
    expect(await colour(['--format', 'json'], { FORCE_COLOR: '1' })).toBe(false);
    await tare(['scan', bad, '--output', 'table=plain.txt'], { env: { FORCE_COLOR: '1' } });
    expect(readFileSync(at('plain.txt'), 'utf8')).not.toContain('\u001b[');
  });

  it('takes options from variables, and lets the command line win', async () => {
    const env = { TARE_FORMAT: 'json', TARE_FAIL_ON: 'none' };
    const { code, stdout } = await tare(['scan', bad], { env });
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as ImageReport).gate.failOn).toBe('none');
    expect((await tare(['scan', bad, '--fail-on', 'high'], { env })).code).toBe(1);
    expect((await tare(['scan', bad], { env: { TARE_FAIL_ON: 'never' } })).stderr).toMatch(
      /^tare: --fail-on is critical/,
    );
  });

  it('gives the same bytes twice, from the cache or not', async () => {
    const run = async (...args: string[]) =>
      (await tare(['scan', '--format', 'json', '--as-of', '2026-11-23', bad, ...args])).stdout;
    const cold = await run('--no-cache');
    expect(await run('--cache-dir', 'cache')).toBe(cold);
    expect(await run('--cache-dir', 'cache')).toBe(cold);
  });

  it('ends quietly, with the code of the gate, when nobody reads its output', () => {
    const script = `"$0" "$1" scan "$2" "$2" "$2" --format json | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, launcher, bad], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    expect({ stdout, stderr }).toEqual({ stdout: '1\n', stderr: '' });
  });

  it('survives a closed standard error', () => {
    const { stdout } = spawnSync(
      'bash',
      ['-c', '"$0" "$1" scan ./none.tar 2>&-; echo $?', process.execPath, launcher],
      {
        encoding: 'utf8',
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder },
      },
    );
    expect(stdout).toBe('2\n');
  });
});

describe('stopping', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s with %i, silently, and writes no report', async (signal, code) => {
    const child = start(['scan', '-', '--output', `json=${signal}.json`], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin?.on('error', () => {});
    const done = ended(child);
    // It is waiting for its input once it has taken what was there.
    child.stdin?.write(Buffer.alloc(64 * 1024));
    await sleep(700);
    child.kill(signal);
    expect(await done).toEqual({ code, signal: null, stdout: '', stderr: '' });
    expect(existsSync(at(`${signal}.json`))).toBe(false);
  });

  it('gives up after --timeout, with a sentence', async () => {
    const child = start(['scan', '-', good, '--timeout', '0.3'], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin?.on('error', () => {});
    const { code, stdout, stderr } = await ended(child);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('tare: gave up after 0.3 s; --timeout sets how long it may take\n');
  });
});

describe('rules', () => {
  it('lists every rule of the baseline, and explains each', async () => {
    const { stdout } = await tare(['rules', '--format', 'json']);
    const { ruleset, rules } = JSON.parse(stdout) as {
      ruleset: string;
      rules: { id: string; title: string; why: string }[];
    };
    const list = (await tare(['rules'])).stdout;
    expect(list).toContain(`${rules.length} rules of ${ruleset}`);
    expect(rules.length).toBeGreaterThan(15);
    for (const { id, title } of rules)
      expect(list).toMatch(new RegExp(`^ {2}${id} .*${title.slice(0, 20).replace(/[()]/g, '\\$&')}`, 'm'));
    const { code, stdout: explained } = await tare(['rules', 'run-as-root']);
    expect(code).toBe(0);
    for (const heading of ['Why', 'How to mend it', 'References']) expect(explained).toContain(`\n${heading}\n`);
    expect(JSON.parse((await tare(['rules', 'run-as-root', '--format', 'json'])).stdout)).toMatchObject({
      id: 'run-as-root',
    });
  });
});

describe('npm start', () => {
  const npmStart = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'scripts/start.mjs'), ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder },
    });

  it('grades the samples, and does not fail on the bad ones', () => {
    const { status, stdout, stderr } = npmStart();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const name of readdirSync(join(root, 'samples')).filter((file) => file.endsWith('.image.yaml'))) {
      const text = readFileSync(join(root, 'samples', name), 'utf8');
      expect(stdout).toContain(/^name: (\S+)$/m.exec(text)![1]);
    }
  });

  it('grades what it is given, and passes the exit code on', () => {
    expect(npmStart('--quiet', bad).status).toBe(1);
    expect(npmStart('./none.tar').status).toBe(2);
  });

  it('hands every command through', () => {
    for (const [name] of commands) expect(npmStart(name, '--help').stdout).toContain(`Usage: tare ${name}`);
    expect(npmStart('--version').stdout).toBe(`${version}\n`);
  });
});

describe('docs/cli.md', () => {
  const text = readFileSync(join(root, 'docs/cli.md'), 'utf8');

  it('names every option with its variable, and no other', () => {
    const documented = [...text.matchAll(/^\| `--([a-z-]+)/gm)].map((match) => match[1]);
    const real = scanOptions.map((option) => option.name);
    expect(documented.sort()).toEqual([...real].sort());
    for (const name of real.filter((option) => option !== 'help')) expect(text).toContain(`\`${variableOf(name)}\``);
  });

  it('names every limit with its default', () => {
    for (const [name, value] of Object.entries(defaultLimits)) {
      expect(text).toMatch(new RegExp(`^\\| \`${kebab(name)}\` \\| ${value.toLocaleString('en-US')} \\|`, 'm'));
    }
  });
});

it('packs what a user needs, and nothing that is only ours', () => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [pack] = JSON.parse(output) as [{ files: { path: string }[] }];
  const paths = pack.files.map((file) => file.path);
  for (const needed of [
    'bin/tare.cjs',
    'dist/tare.cjs',
    'dist/layer-worker.cjs',
    'dist/zstd-worker.cjs',
    'dist/third-party.txt',
    'LICENSE',
    'README.md',
    'package.json',
    'CHANGELOG.md',
  ]) {
    expect(paths).toContain(needed);
  }
  expect(paths.filter((path) => /^(src|test|scripts|node_modules|\.ci)\//.test(path))).toEqual([]);
});
