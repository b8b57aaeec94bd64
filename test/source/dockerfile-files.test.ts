/** Finding and reading Dockerfiles: by name, by pattern, with Git and without. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  decodeDockerfile,
  findDockerfiles,
  isDockerfileName,
  readDockerfile,
} from '../../src/source/dockerfile-files.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tare-files-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function folder(name: string, files: string[]): string {
  const root = join(scratch, name);
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), 'FROM scratch\n');
  }
  return root;
}
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'init.defaultBranch=main', ...args], { cwd, stdio: 'ignore' });
const found = async (root: string) => (await findDockerfiles(root)).map((path) => path.slice(root.length + 1));

describe('names', () => {
  it.each([
    'Dockerfile',
    'dockerfile',
    'Containerfile',
    'Dockerfile.dev',
    'Dockerfile-dev',
    'app.Dockerfile',
    'app.dockerfile',
  ])('%s is one', (name) => expect(isDockerfileName(name)).toBe(true));
  it.each([
    'Dockerfile.dockerignore',
    'Dockerfile.j2',
    'Dockerfile.tmpl',
    'Dockerfile~',
    'Dockerfiles',
    'dockerfile.go.txtx',
    'README.md',
    'Dockerfile.md',
  ])('%s', (name) => expect(isDockerfileName(name)).toBe(name === 'dockerfile.go.txtx'));
});

describe('a folder', () => {
  const files = [
    'Dockerfile',
    'a/b/Containerfile',
    'a/x.Dockerfile',
    'a/Dockerfile.dockerignore',
    'node_modules/y/Dockerfile',
    'z.txt',
  ];

  it('without Git is walked, past what others installed', async () => {
    const root = folder('plain', files);
    symlinkSync('/etc/passwd', join(root, 'link.Dockerfile'));
    expect(await found(root)).toEqual(['Dockerfile', 'a/b/Containerfile', 'a/x.Dockerfile']);
  });

  it('in a work tree is what Git does not ignore, committed or not, from any folder of it', async () => {
    const root = folder('tree', [...files, 'out/Dockerfile', 'gone/Dockerfile']);
    git(root, 'init', '-q');
    writeFileSync(join(root, '.gitignore'), 'out/\nnode_modules/\n');
    git(root, 'add', 'Dockerfile', 'gone/Dockerfile');
    rmSync(join(root, 'gone'), { recursive: true });
    expect(await found(root)).toEqual(['Dockerfile', 'a/b/Containerfile', 'a/x.Dockerfile']);
    expect(await found(join(root, 'a'))).toEqual(['b/Containerfile', 'x.Dockerfile']);
  });

  it('does not run what a repository configures', async () => {
    const root = folder('hostile', ['Dockerfile']);
    git(root, 'init', '-q');
    const ran = join(root, 'ran');
    git(root, 'config', 'core.fsmonitor', `touch ${ran}`);
    await found(root);
    expect(await found(root)).toEqual(['Dockerfile']);
  });
});

describe('reading', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['UTF-16', Buffer.from('\uFEFFFROM a', 'utf16le'), /UTF-16/],
    ['NUL', Buffer.from('FROM a\0'), /NUL/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeDockerfile(bytes, 'x')).toThrow(message);
  });

  it('says what is wrong with a path', async () => {
    await expect(readDockerfile(join(scratch, 'none'))).rejects.toThrow('does not exist');
    await expect(readDockerfile(scratch)).rejects.toThrow('is a folder');
    const large = join(scratch, 'large');
    writeFileSync(large, Buffer.alloc((4 << 20) + 1, '#'));
    await expect(readDockerfile(large)).rejects.toThrow('larger than 4 MiB');
  });

  it('reads bytes that are no UTF-8 as builders do: with a mark in their place', async () => {
    const path = join(scratch, 'latin');
    writeFileSync(path, Buffer.from([...Buffer.from('FROM a # '), 0xe9]));
    expect(await readDockerfile(path)).toBe('FROM a # \uFFFD');
  });
});
