import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDockerignore, listContext } from '../../src/dockerfile/context.ts';
import { cleanPath, parseDockerignore } from '../../src/dockerfile/dockerignore.ts';

describe('patterns', () => {
  it.each<[string, string[], string[]]>([
    ['.git', ['.git', '.git/config', '.git/a/b'], ['x/.git', '.gitignore']],
    ['/foo/bar', ['foo/bar', 'foo/bar/baz'], ['foo', 'x/foo/bar']],
    ['foo/', ['foo', 'foo/a'], ['foobar']],
    ['*.md', ['a.md', '.md'], ['a/b.md', 'a.mdx']],
    ['*/temp*', ['a/temp', 'a/temporary.txt', 'a/temp/b'], ['temp', 'a/b/temp']],
    ['*/*/temp*', ['a/b/temp'], ['a/temp']],
    ['temp?', ['tempa', 'tempb'], ['temp', 'tempab']],
    ['**/*.go', ['a.go', 'x/a.go', 'x/y/a.go'], ['a.goo']],
    ['**/node_modules', ['node_modules', 'a/node_modules/b/c'], ['a/node_modules2']],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'ab']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/xb', 'b']],
    ['**', ['a', 'a/b'], []],
    ['**foo', ['foo', 'xfoo', 'a/xfoo'], ['foox']],
    ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
    ['[^a]x', ['bx'], ['ax', 'x']],
    ['a\\*b', ['a*b'], ['axb']],
    ['*.log\n!keep.log', ['a.log'], ['keep.log']],
    ['*\n!src\n!src/**', ['a', 'b/c'], ['src', 'src/a', 'src/a/b']],
    ['!a\na', ['a'], []],
    ['a\n!a\na/b', ['a/b'], ['a', 'a/c']],
    ['# a\n a \n\n!', ['a'], ['# a', 'b']],
    ['./a/../b', ['b'], ['a']],
    ['.', [], []],
    ['\uFEFFa\r\nb\r\n', ['a', 'b'], []],
  ])('%j', (text, ignored, kept) => {
    const file = parseDockerignore(text);
    expect(ignored.filter((path) => !file.ignores(path))).toEqual([]);
    expect(kept.filter((path) => file.ignores(path))).toEqual([]);
  });

  it('says which pattern is malformed', () => {
    expect(parseDockerignore('a\n[x\n!\nb').errors.map((error) => error.line)).toEqual([2, 3]);
    expect(parseDockerignore(`${'a'.repeat(2000)}\nb`)).toMatchObject({
      errors: [{ line: 1 }],
      patterns: [{ text: 'b' }],
    });
  });

  it('does not backtrack', () => {
    const file = parseDockerignore(`${'*a'.repeat(200)}b\n${'**/'.repeat(200)}x\n[a-z]${'*?'.repeat(200)}!`);
    expect(file.ignores('a'.repeat(3000))).toBe(false);
    expect(file.ignores(`${'a/'.repeat(1000)}x`)).toBe(true);
  });

  it.each([
    ['a//b/./c/..', 'a/b'],
    ['../a', '../a'],
    ['/../a', '/a'],
    ['', '.'],
    ['/', '/'],
  ])('cleans %j to %j', (path, clean) => {
    expect(cleanPath(path)).toBe(clean);
  });
});

describe('context', () => {
  let root = '';
  const list = async (sources: string[], ignore?: string, entries?: number) => {
    const file = ignore === undefined ? undefined : parseDockerignore(ignore);
    const { files, truncated } = await listContext(root, sources, file, entries === undefined ? {} : { entries });
    return { paths: files.map((found) => found.path), truncated };
  };

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tare-context-'));
    for (const path of [
      '.git/config',
      '.env',
      'src/a.js',
      'src/b/c.js',
      'node_modules/x/y.js',
      'Dockerfile',
      'build/Dockerfile',
    ]) {
      await mkdir(join(root, dirname(path)), { recursive: true });
      await writeFile(join(root, path), '');
    }
    await symlink('/etc', join(root, 'out'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('names what COPY would take', async () => {
    const all = [
      '.env',
      '.git/config',
      'Dockerfile',
      'build/Dockerfile',
      'node_modules/x/y.js',
      'out',
      'src/a.js',
      'src/b/c.js',
    ];
    expect((await list(['.'])).paths).toEqual(all);
    expect((await list(['/'])).paths).toEqual(all);
    expect((await list(['../..'])).paths).toEqual(all);
    expect((await list(['src'])).paths).toEqual(['src/a.js', 'src/b/c.js']);
    expect((await list(['./src/*.js', '.env'])).paths).toEqual(['.env', 'src/a.js']);
    expect((await list(['s*/b'])).paths).toEqual(['src/b/c.js']);
    expect((await list(['nothing'])).paths).toEqual([]);
  });

  it('honours the ignore file, exceptions too', async () => {
    expect((await list(['.'], '.git\n.env\nnode_modules\nout')).paths).toEqual([
      'Dockerfile',
      'build/Dockerfile',
      'src/a.js',
      'src/b/c.js',
    ]);
    expect((await list(['.'], '*\n!src/b')).paths).toEqual(['src/b/c.js']);
  });

  it('does not follow links, and stops at its limit', async () => {
    const { files } = await listContext(root, ['out'], undefined);
    expect(files).toEqual([{ path: 'out', type: 'symlink' }]);
    expect((await list(['.'], undefined, 3)).truncated).toBe(true);
    expect((await listContext(join(root, 'missing'), ['.'], undefined)).unreadable).toEqual(['']);
  });

  it('prefers the ignore file of the Dockerfile', async () => {
    const dockerfile = join(root, 'build/Dockerfile');
    expect(await findDockerignore(root, dockerfile)).toBeUndefined();
    await writeFile(join(root, '.dockerignore'), 'a');
    expect((await findDockerignore(root, dockerfile))!.file.ignores('a')).toBe(true);
    await writeFile(`${dockerfile}.dockerignore`, 'b');
    const own = (await findDockerignore(root, dockerfile))!;
    expect([own.path, own.file.ignores('a'), own.file.ignores('b')]).toEqual([
      `${dockerfile}.dockerignore`,
      false,
      true,
    ]);
  });
});
