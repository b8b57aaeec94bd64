/** The package as a user gets it: packed, installed in an empty folder, and used as a program and as a library. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'tare-package-'));
const user = join(folder, 'user');
/** Major versions of Node: this one, and others from npm's own packages of it; those that cannot be had are said and left out. */
const majors = ['20', '22', '24'];
const nodes = new Map<string, string>([[process.versions.node, process.execPath]]);
let files: string[] = [];
const majorOf = (version: string): string => version.split('.')[0]!;

function run(program: string, args: string[], cwd = user, env: Record<string, string> = {}) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|TARE_|NODE_)/i.test(name)));
  return spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...clean, HOME: folder, npm_config_cache: npmCache, ...env },
    timeout: 240_000,
    maxBuffer: 64 << 20,
  });
}

const npmCache = spawnSync('npm', ['config', 'get', 'cache'], { cwd: root, encoding: 'utf8' }).stdout.trim();

beforeAll(() => {
  mkdirSync(user);
  const built = spawnSync(process.execPath, ['scripts/build.mjs', '--types-only'], { cwd: root, encoding: 'utf8' });
  expect(built.stderr + built.stdout).toContain('built in');
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  const said = JSON.parse(packed.stdout);
  const [{ filename, files: listed }] = Array.isArray(said) ? said : Object.values(said);
  files = listed.map(({ path }: { path: string }) => path);
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n');
  const args = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, filename)];
  const installed = run('npm', args);
  if (installed.status !== 0) throw new Error(`npm install failed:\n${installed.stderr}`);
  for (const major of majors.filter((one) => one !== majorOf(process.versions.node))) {
    const home = join(folder, `node-${major}`);
    mkdirSync(home);
    writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
    const name = `node-${process.platform}-${process.arch}@${major}`;
    const got = run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', name], home);
    const path = join(home, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node');
    if (got.status === 0) nodes.set(run(path, ['-p', 'process.versions.node']).stdout.trim(), path);
    else console.warn(`left out: Node ${major}: npm cannot give it here`);
  }
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);

describe('the package', () => {
  it('holds what it needs and nothing of the workshop', () => {
    for (const needed of [
      'bin/tare.cjs',
      'dist/tare.cjs',
      'dist/index.js',
      'dist/types/index.d.ts',
      'dist/layer-worker.cjs',
    ])
      expect(files).toContain(needed);
    expect(files.filter((path) => /^(test|scripts|src|\.ci|build|node_modules)\//.test(path))).toEqual([]);
    expect(files.filter((path) => /\.(map|log|tgz)$|(^|\/)\.env/.test(path))).toEqual([]);
  });

  it('is well made to publint', async () => {
    const { publint } = await import('publint');
    const { messages } = await publint({ pkgDir: root, strict: true, pack: false });
    expect(messages).toEqual([]);
  });

  it('has types that every way of resolving finds', () => {
    const cli = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const said = run(
      process.execPath,
      [cli, '--pack', '.', '--profile', 'esm-only', '--format', 'json', '--no-definitely-typed'],
      root,
    );
    // The profile leaves out ways of resolving that know no ES modules; `require` of one works from Node 20.19 on.
    expect(said.status, said.stdout.slice(-2000)).toBe(0);
    const { problems } = JSON.parse(said.stdout) as { problems?: Record<string, unknown[]> };
    expect(Object.keys(problems ?? {}).filter((kind) => !['NoResolution', 'CJSResolvesToESM'].includes(kind))).toEqual(
      [],
    );
  });

  it('type-checks in a program of its user', () => {
    writeFileSync(
      join(user, 'use.ts'),
      `import { type Grade, type ImageReport, lint, rules, SourceError, scan } from 'tare';
export async function grade(target: string): Promise<Grade | undefined> {
  try {
    const reports: ImageReport[] = await scan(target, { failOn: 'medium', limits: { layerBytes: 1e9 } });
    return reports[0]?.score.grade;
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}
export const range = async (text: string): Promise<number> => (await lint(text, { fixes: true })).forecast.high;
export const ids: Promise<string[]> = rules().then((all) => all.map(({ id }) => id));
`,
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const args = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', '', 'use.ts'];
    const said = run(process.execPath, [tsc, ...args]);
    expect(said.stdout).toBe('');
    expect(said.status).toBe(0);
  });
});

describe('on every Node that is to be had', () => {
  const archive = join(root, 'samples/static.image.yaml');

  it.runIf(process.env['TARE_TEST_STRICT'] === '1')('has all that it should run on', () => {
    expect([...nodes.keys()].map(majorOf).sort()).toEqual(majors);
  });

  it('runs as a program, without a network', () => {
    for (const [version, node] of nodes) {
      const bin = join(user, 'node_modules/tare/bin/tare.cjs');
      const said = run(
        node,
        [bin, 'scan', `recipe:${archive}`, '--format', 'json', '--fail-on', 'none'],
        user,
        offline,
      );
      expect(said.status, `Node ${version}: ${said.stderr}`).toBe(0);
      expect(JSON.parse(said.stdout).schemaVersion).toBe(1);
      const linted = run(node, [bin, 'lint', join(root, 'samples'), '--fail-on', 'none', '--quiet'], user, offline);
      expect(linted.status, `Node ${version}: ${linted.stderr}`).toBe(0);
    }
  }, 240_000);

  it('runs as a library', () => {
    writeFileSync(
      join(user, 'use.mjs'),
      `import { lint, rules, scan, UsageError } from 'tare';
const [report] = await scan(process.argv[2], { asOf: '2026-11-23' });
const linted = await lint('FROM debian:13\\nRUN apt-get install curl\\n', { file: 'a/Dockerfile', fixes: true });
const refused = await scan('-').catch((error) => error instanceof UsageError);
const limit = await scan(process.argv[2], { limits: { layerByte: 1 } }).catch((error) => error.message);
console.log(JSON.stringify({
  score: report.score.value, version: report.tool.version, linted: linted.findings.map(({ rule }) => rule),
  file: linted.target.name, rules: (await rules()).length, refused, limit,
}));
`,
    );
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    for (const [name, node] of nodes) {
      const said = run(node, ['use.mjs', `recipe:${archive}`], user, offline);
      expect(said.status, `Node ${name}: ${said.stderr}`).toBe(0);
      const answer = JSON.parse(said.stdout) as Record<string, unknown>;
      expect(answer).toMatchObject({ version, file: 'a/Dockerfile', refused: true });
      expect(answer['limit']).toContain('layerByte');
      expect(answer['score']).toBeGreaterThan(0);
      expect(answer['linted']).toContain('run-as-root');
      expect(answer['rules']).toBeGreaterThan(100);
    }
  }, 240_000);
});

/** Nothing answers there. */
const offline = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  DOCKER_HOST: 'unix:///nonexistent.sock',
};
