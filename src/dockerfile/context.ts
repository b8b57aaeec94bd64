/** The build context on disk: which ignore file holds, and which files a COPY or ADD would bake in. Names and sizes only; no file is opened but the ignore file. */
import { open, opendir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cleanPath, type IgnoreFile, matchesSource, parseDockerignore } from './dockerignore.ts';

/** One name in the context that a COPY or ADD takes in. */
export interface ContextFile {
  /** Relative to the context, with slashes. */
  path: string;
  type: 'file' | 'symlink' | 'other';
}

/** What a bounded walk over the context found. */
export interface ContextListing {
  files: ContextFile[];
  /** The limit was reached: there may be more. */
  truncated: boolean;
  /** Folders that could not be read. */
  unreadable: string[];
}

const maxIgnoreBytes = 2 ** 20;
const defaultEntries = 50_000;
const maxFolders = 64;

/**
 * The ignore file in force: `NAME.dockerignore` beside the Dockerfile, else `.dockerignore` at the context's root
 * (Dockerfile reference, "Filename and location"). Undefined where there is none.
 */
export async function findDockerignore(
  context: string,
  dockerfile: string,
): Promise<{ path: string; file: IgnoreFile } | undefined> {
  const own = join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`);
  for (const path of [own, join(context, '.dockerignore')]) {
    const text = await readStart(path);
    if (text !== undefined) return { path, file: parseDockerignore(text) };
  }
  return undefined;
}

/**
 * The files of the context that one of the sources takes in and the ignore file does not keep out. Links are not
 * followed. `entries` bounds how many names are looked at.
 */
export async function listContext(
  context: string,
  sources: readonly string[],
  ignore: IgnoreFile | undefined,
  options: { entries?: number } = {},
): Promise<ContextListing> {
  const wanted = sources.map((source) => cleanPath(`/${source}`).slice(1));
  const listing: ContextListing = { files: [], truncated: false, unreadable: [] };
  let left = options.entries ?? defaultEntries;
  const folders: string[] = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for await (const entry of await opendir(join(context, folder))) {
        if (left-- <= 0) {
          listing.truncated = true;
          return sorted(listing);
        }
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) {
          if (ignore?.closes(path) || !wanted.some((source) => leadsTo(source, path))) continue;
          if (path.split('/').length > maxFolders) listing.truncated = true;
          else folders.push(path);
        } else if (wanted.some((source) => takes(source, path)) && !ignore?.ignores(path)) {
          listing.files.push({ path, type: entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'symlink' : 'other' });
        }
      }
    } catch {
      listing.unreadable.push(folder);
    }
  }
  return sorted(listing);
}

/** The source is the path, or a folder above it, by name or by pattern. */
function takes(source: string, path: string): boolean {
  if (source === '') return true;
  const depth = source.split('/').length;
  const parts = path.split('/');
  return parts.length >= depth && matchesSource(source, parts.slice(0, depth).join('/'));
}

/** The folder is in the source, or on the way to it. */
function leadsTo(source: string, folder: string): boolean {
  if (takes(source, folder)) return true;
  const parts = source.split('/');
  const depth = folder.split('/').length;
  return depth < parts.length && matchesSource(parts.slice(0, depth).join('/'), folder);
}

function sorted(listing: ContextListing): ContextListing {
  listing.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return listing;
}

async function readStart(path: string): Promise<string | undefined> {
  let file: Awaited<ReturnType<typeof open>> | undefined;
  try {
    file = await open(path, 'r');
    if (!(await file.stat()).isFile()) return undefined;
    const buffer = Buffer.alloc(maxIgnoreBytes);
    const { bytesRead } = await file.read(buffer, 0, maxIgnoreBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}
