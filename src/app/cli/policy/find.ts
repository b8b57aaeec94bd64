/** Where the options file is: `--config`, or `tare.yaml` in the target's folder or one above it. */
import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../../../types.ts';
import { localPath } from './target.ts';

/** Names that are looked for, in this order. */
const names = ['tare.yaml', '.tare.yaml', 'tare.yml'];
/** Folders that are looked into, at most. */
const highest = 64;

/**
 * The nearest options file from a folder upwards, up to the root of a repository (a folder with .git). A file that is neither
 * the user's own nor root's is passed over: above /tmp, anyone may have put it there. Undefined where there is none.
 * @throws UsageError where there are two in one folder.
 */
export async function findOptionsFile(folder: string, uid = process.getuid?.()): Promise<string | undefined> {
  let at = resolve(folder);
  for (let i = 0; i < highest; i++) {
    const found: string[] = [];
    for (const name of names) {
      const file = join(at, name);
      const stat = await lstat(file).catch(() => undefined);
      if (!stat || !(stat.isFile() || stat.isSymbolicLink())) continue;
      if (uid !== undefined && stat.uid !== uid && stat.uid !== 0) continue;
      found.push(file);
    }
    if (found.length > 1) throw new UsageError(`there are two options files, ${found.join(' and ')}: keep one of them`);
    if (found[0]) return found[0];
    const above = dirname(at);
    if (above === at || (await lstat(join(at, '.git')).catch(() => undefined))) return undefined;
    at = above;
  }
  return undefined;
}

/** Where to begin: the folder that all the targets which are paths share, else the current one. */
export async function startingFolder(targets: readonly string[]): Promise<string> {
  const folders: string[] = [];
  for (const target of targets) {
    const path = localPath(target);
    if (path === '-' || path === '') continue;
    const stat = await lstat(path).catch(() => undefined);
    if (stat) folders.push(stat.isDirectory() ? resolve(path) : dirname(resolve(path)));
  }
  const [first, ...rest] = folders;
  if (first === undefined) return resolve('.');
  let shared = first;
  for (const folder of rest)
    while (folder !== shared && !`${folder}/`.startsWith(shared === '/' ? '/' : `${shared}/`)) shared = dirname(shared);
  return shared;
}
