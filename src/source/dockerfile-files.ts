/** Dockerfiles on disk: read within a bound, and found by their names below a folder. */
import { lstat, open, opendir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseDockerignore } from '../dockerfile/dockerignore.ts';
import { SourceError } from '../types.ts';
import { git, stagedPaths } from './git.ts';

/** A Dockerfile larger than this is none. */
const mostBytes = 4 << 20;
/** Names looked at below one folder. */
const mostEntries = 200_000;

/** The text of a file. @throws SourceError where it cannot be read, is no text, or is far too large. */
export async function readDockerfile(path: string): Promise<string> {
  let file: Awaited<ReturnType<typeof open>> | undefined;
  try {
    file = await open(path, 'r');
    const found = await file.stat();
    if (found.isDirectory()) throw new SourceError(`${path} is a folder; name a Dockerfile in it`);
    if (found.isFile() && found.size > mostBytes) throw tooLarge(path);
    const buffer = Buffer.alloc(found.isFile() ? Math.min(found.size + 1, mostBytes + 1) : mostBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    if (length > mostBytes) throw tooLarge(path);
    return decodeDockerfile(buffer.subarray(0, length), path);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SourceError(
      code === 'ENOENT' ? `${path} does not exist; check the path` : `${path} cannot be read (${code ?? message})`,
    );
  } finally {
    await file?.close();
  }
}

/** UTF-8 to text. @throws SourceError for what is no text. */
export function decodeDockerfile(bytes: Uint8Array, name: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new SourceError(`${name} is UTF-16 text, which builders do not read; save it as UTF-8`);
  if (bytes.subarray(0, 8192).includes(0)) throw new SourceError(`${name} is no text: it holds NUL bytes`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The whole of a stream such as standard input. @throws SourceError past the bound. */
export async function readDockerfileStream(stream: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > mostBytes) throw tooLarge(name);
    chunks.push(chunk);
  }
  return decodeDockerfile(Buffer.concat(chunks), name);
}

/**
 * Paths of the Dockerfiles below a folder, sorted. In a Git work tree Git says which files there are, so that what it
 * ignores is not looked at; elsewhere the folder is walked. Links are not followed.
 */
export async function findDockerfiles(folder: string): Promise<string[]> {
  const names = (await gitFiles(folder)) ?? (await walk(folder));
  const out: string[] = [];
  for (const name of names) {
    if (!isDockerfileName(basename(name))) continue;
    const path = folder === '.' ? name : join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile()) out.push(path);
  }
  return [...new Set(out)].sort();
}

/** The Dockerfiles among what is about to be committed, below the current folder, sorted. @throws SourceError outside of a work tree. */
export async function stagedDockerfiles(): Promise<string[]> {
  return (await stagedPaths('.')).filter((path) => isDockerfileName(basename(path))).sort();
}

/** The files that a pattern with `*`, `?` and `**` names below the current folder. */
export async function globDockerfiles(pattern: string): Promise<string[]> {
  const plain = pattern.replace(/^\.\//, '');
  const matcher = parseDockerignore(plain);
  const names = (await gitFiles('.')) ?? (await walk('.'));
  const out: string[] = [];
  for (const name of names) {
    if (!matcher.ignores(name)) continue;
    const found = await lstat(name).catch(() => undefined);
    if (found?.isFile()) out.push(name);
  }
  return [...new Set(out)].sort();
}

/** Dockerfile, Dockerfile.dev, dev.Dockerfile, Containerfile and kin; templates and ignore files are none. */
export function isDockerfileName(name: string): boolean {
  if (
    /\.(?:dockerignore|containerignore|j2|jinja2?|tmpl|template|tpl|in|erb|m4|md|orig|bak|rej|swp|swo|~)$|~$/i.test(
      name,
    )
  )
    return false;
  return /^(?:Dockerfile|Containerfile)(?:[._-].+)?$|\.(?:Dockerfile|Containerfile)$/i.test(name);
}

/** Undefined where there is no Git, or the folder is in no work tree. */
async function gitFiles(folder: string): Promise<string[] | undefined> {
  const names = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '.'], folder);
  return names
    ?.toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
}

const skipped = new Set(['.git', '.hg', '.svn', 'node_modules', '.venv']);

async function walk(folder: string): Promise<string[]> {
  const out: string[] = [];
  const folders = [''];
  let left = mostEntries;
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    try {
      for await (const entry of await opendir(join(folder, at))) {
        if (left-- <= 0) throw new SourceError(`${folder} holds more than ${mostEntries} names; name a folder in it`);
        const path = at === '' ? entry.name : `${at}/${entry.name}`;
        if (entry.isDirectory()) {
          if (!skipped.has(entry.name)) folders.push(path);
        } else out.push(path);
      }
    } catch (error) {
      if (error instanceof SourceError) throw error;
      if (at === '') {
        const { code, message } = error as NodeJS.ErrnoException;
        throw new SourceError(`${folder} cannot be read (${code ?? message})`);
      }
    }
  }
  return out;
}

function tooLarge(name: string): SourceError {
  return new SourceError(`${name} is larger than ${mostBytes >> 20} MiB, which no Dockerfile is`);
}
