/** Commits that real Git refuses, or lets through: by the hook of `tare init --pre-commit`, by husky's, and by pre-commit. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isDockerfileName } from '../../src/source/dockerfile-files.ts';
import { launcher, root, workplace } from '../app/tare.ts';
import { run } from './setup/run.ts';
import { suite } from './setup/suite.ts';

const { at, folder, tare } = workplace();
const good = 'FROM scratch\nCOPY app /app\nUSER 10001\nHEALTHCHECK NONE\nCMD ["/app"]\n';
const bad = good.replace('10001', '0');

suite('a commit', { tools: ['git', 'pre-commit'] }, () => {
  const env = {
    HOME: folder,
    PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
    GIT_CONFIG_GLOBAL: join(folder, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
  };
  beforeAll(() => {
    mkdirSync(at('bin'), { recursive: true });
    symlinkSync(launcher, at('bin/tare'));
    writeFileSync(
      at('gitconfig'),
      '[user]\n\tname = Tests\n\temail = tests@example.com\n[init]\n\tdefaultBranch = main\n',
    );
  });

  const git = (name: string, ...args: string[]) => run('git', args, { cwd: at(name), env: { ...process.env, ...env } });
  const write = (name: string, text: string) => writeFileSync(at(name), text);
  async function repository(name: string): Promise<void> {
    mkdirSync(at(name), { recursive: true });
    await git(name, 'init', '-q');
  }
  const init = (name: string, ...words: string[]) => tare(['init', '--pre-commit', ...words], { cwd: at(name), env });
  const commit = async (name: string) => {
    await git(name, 'add', '-A');
    return git(name, 'commit', '-q', '-m', 'A change');
  };

  describe('with the hook', () => {
    it('is refused where a staged Dockerfile fails the gate, and goes through where none does', async () => {
      await repository('hook');
      expect(await init('hook')).toMatchObject({
        code: 0,
        stdout: '.git/hooks/pre-commit: a Git hook that checks staged Dockerfiles\n',
      });
      write('hook/readme.txt', 'nothing to check\n');
      expect(await commit('hook')).toMatchObject({ code: 0 });
      write('hook/Dockerfile', bad);
      const refused = await commit('hook');
      expect(refused.code).toBe(1);
      expect(refused.stdout + refused.stderr).toContain('Dockerfile:3:1  high  run-as-root');
      write('hook/Dockerfile', good);
      expect(await commit('hook')).toMatchObject({ code: 0 });
    });

    it('is judged as it is staged, whatever the work tree holds', async () => {
      write('hook/Dockerfile', bad.replace('CMD', 'LABEL a=b\nCMD'));
      await git('hook', 'add', 'Dockerfile');
      write('hook/Dockerfile', good);
      expect(await git('hook', 'commit', '-q', '-m', 'x')).toMatchObject({ code: 1 });
      write('hook/Dockerfile', good.replace('CMD', 'LABEL a=b\nCMD'));
      await git('hook', 'add', 'Dockerfile');
      write('hook/Dockerfile', bad);
      expect(await git('hook', 'commit', '-q', '-m', 'x')).toMatchObject({ code: 0 });
      expect(await git('hook', 'rm', '-q', '-f', 'Dockerfile')).toMatchObject({ code: 0 });
      expect(await git('hook', 'commit', '-q', '-m', 'x')).toMatchObject({ code: 0 });
    });

    it('is set up once, and nothing of others is overwritten', async () => {
      const hook = readFileSync(at('hook/.git/hooks/pre-commit'), 'utf8');
      expect(await init('hook')).toMatchObject({
        code: 0,
        stdout: '.git/hooks/pre-commit: checks Dockerfiles already\n',
      });
      expect(readFileSync(at('hook/.git/hooks/pre-commit'), 'utf8')).toBe(hook);
      await repository('other');
      write('other/.git/hooks/pre-commit', '#!/bin/sh\ntrue\n');
      expect(await init('other')).toMatchObject({
        code: 2,
        stdout: '',
        stderr:
          'tare: .git/hooks/pre-commit is there and is not tare’s; add this line to it: tare lint --staged || exit 1\n',
      });
      expect(readFileSync(at('other/.git/hooks/pre-commit'), 'utf8')).toBe('#!/bin/sh\ntrue\n');
    });

    it('goes where Git looks for hooks, from a folder below too', async () => {
      await repository('path');
      await git('path', 'config', 'core.hooksPath', 'tools/hooks');
      mkdirSync(at('path/sub'));
      expect(await init('path/sub', '--dry-run')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^would write \.\.\/tools\/hooks\/pre-commit: a Git hook/),
      });
      expect(existsSync(at('path/tools'))).toBe(false);
      expect((await init('path')).code).toBe(0);
      expect(statSync(at('path/tools/hooks/pre-commit')).mode & 0o111).toBe(0o111);
      write('path/Dockerfile', bad);
      expect((await commit('path')).code).toBe(1);
    });

    it('needs a work tree', async () => {
      mkdirSync(at('none'), { recursive: true });
      const outside = { cwd: at('none'), env: { ...env, GIT_CEILING_DIRECTORIES: folder } };
      expect(await tare(['init', '--pre-commit'], outside)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/needs a Git work tree/),
      });
      expect(await tare(['lint', '--staged'], outside)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/--staged needs a Git work tree/),
      });
      expect(await tare(['lint', '--staged', 'x'], outside)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/in place of a path/),
      });
      expect(await tare(['lint', '--staged', '--fix'], outside)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/--fix writes files/),
      });
    });
  });

  describe('with husky', () => {
    it('is checked behind what was there', async () => {
      await repository('husky');
      mkdirSync(at('husky/.husky'));
      write('husky/.husky/pre-commit', 'npm test');
      expect((await init('husky')).code).toBe(0);
      expect(readFileSync(at('husky/.husky/pre-commit'), 'utf8')).toBe(
        'npm test\nnpx --no-install tare lint --staged\n',
      );
      expect((await init('husky')).stdout).toBe('.husky/pre-commit: checks Dockerfiles already\n');
      // What husky does with it: Git's hook runs the file with sh.
      write('husky/.husky/pre-commit', 'tare lint --staged\n');
      write('husky/.git/hooks/pre-commit', '#!/bin/sh\nexec sh -e .husky/pre-commit\n');
      chmodSync(at('husky/.git/hooks/pre-commit'), 0o755);
      write('husky/Dockerfile', bad);
      expect((await commit('husky')).code).toBe(1);
    });
  });

  describe('with pre-commit', () => {
    const config = (text: string) => write('pc/.pre-commit-config.yaml', text);
    const read = () => readFileSync(at('pc/.pre-commit-config.yaml'), 'utf8');

    it('is refused by the entry that was added', async () => {
      await repository('pc');
      config(
        '# ours\nrepos:\n- repo: local\n  hooks:\n  - id: nothing # kept\n    name: nothing\n    entry: "true"\n    language: system\n\nfail_fast: false\n',
      );
      const before = read();
      expect((await init('pc')).stdout).toBe(
        '.pre-commit-config.yaml: a local hook that checks Dockerfiles, behind the others\n',
      );
      expect(read().startsWith(before.slice(0, before.indexOf('\nfail_fast')))).toBe(true);
      expect(read().endsWith('\nfail_fast: false\n')).toBe(true);
      const after = read();
      expect((await init('pc')).stdout).toBe('.pre-commit-config.yaml: checks Dockerfiles already\n');
      expect(read()).toBe(after);
      const ran = async (text: string) => {
        write('pc/Dockerfile', text);
        write('pc/Dockerfile.j2', bad);
        await git('pc', 'add', '-A');
        return run('pre-commit', ['run'], { cwd: at('pc'), env: { ...process.env, ...env }, timeout: 60_000 });
      };
      const refused = await ran(bad);
      expect(refused.code).toBe(1);
      expect(refused.stdout).toContain('Dockerfile:3:1  high  run-as-root');
      expect(refused.stdout).not.toContain('j2');
      expect(await ran(good)).toMatchObject({ code: 0 });
    }, 60_000);

    it.each([
      ['repos:\n  - repo: https://example.com/x\n    rev: v1\n    hooks:\n      - id: x\n', 2],
      ['repos:\r\n- repo: https://example.com/x\r\n  rev: v1\r\n  hooks:\r\n  - id: x', 2],
      [
        'default_stages: [commit]\nrepos:\n    -   repo: https://example.com/x\n        rev: v1\n        hooks:\n        -   id: x\n# the end\n',
        2,
      ],
    ])('adds its entry to %j', async (text, count) => {
      config(text);
      expect((await init('pc')).code).toBe(0);
      const { repos } = parse(read()) as { repos: { repo: string; hooks: { id: string }[] }[] };
      expect(repos).toHaveLength(count);
      expect(repos[1]).toMatchObject({ repo: 'local', hooks: [{ id: 'tare-lint', entry: 'tare lint' }] });
      expect(repos[0]!.repo).toBe('https://example.com/x');
    });

    it.each(['repos: []\n', 'repos: [{repo: local, hooks: []}]\n', 'a: [\n', '- x\n', ''])(
      'lets %j be, and says what to add',
      async (text) => {
        config(text);
        expect(await init('pc')).toMatchObject({
          code: 2,
          stderr: expect.stringMatching(/add a local hook with the entry "tare lint"/),
        });
        expect(read()).toBe(text);
      },
    );
  });

  it('finds the same files as tare lint by its own hooks', () => {
    const hooks = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as Record<string, string>[];
    expect(hooks.map(({ id }) => id)).toEqual(['tare-lint', 'tare-lint-fix']);
    const fits = (pattern: string, name: string) => new RegExp(pattern.replace('(?i)', ''), 'i').test(name);
    for (const name of [
      ...[
        'Dockerfile',
        'dockerfile',
        'a/Dockerfile.dev',
        'Dockerfile-x',
        'x.Dockerfile',
        'Containerfile',
        'Dockerfile_y',
      ],
      ...[
        'Dockerfile.j2',
        'Dockerfile.dockerignore',
        'Dockerfile.md',
        'Dockerfile~',
        'MyDockerfile',
        'Dockerfiles',
        'x.docker',
      ],
    ])
      for (const { id, files, exclude, language } of hooks) {
        expect(language).toBe('node');
        const wanted = isDockerfileName(name.replace(/^.*\//, ''));
        expect([id, name, fits(files!, name) && !fits(exclude!, name)]).toEqual([id, name, wanted]);
      }
  });
});
