/** Folders of the cache: what lies in them is believed, so they must be nobody else's. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes a folder of the cache, for its owner alone. With `refused`, a sentence, where it cannot be used or others could write to
 * it: a result that another user planted must not clear a layer.
 */
export function makeOwnFolder(dir: string, name: string): { path: string } | { refused: string } {
  const path = join(dir, name);
  try {
    makeFolder(path);
    if (isOwnFolder(dir, name)) return { path };
    return {
      refused: `the cache folder ${path} belongs to another user or is writable by others; choose one with --cache-dir`,
    };
  } catch (error) {
    return {
      refused: `the cache folder ${path} cannot be used (${(error as Error).message}); choose one with --cache-dir`,
    };
  }
}

/** Whether nobody else can write to a folder of the cache. @throws where it is not there */
export function isOwnFolder(dir: string, name: string): boolean {
  const me = process.getuid?.();
  const { uid, mode } = statSync(join(dir, name));
  // Whoever may write beside it, and rename what is there, can put a folder of their own in its place.
  const around = statSync(dir).mode & 0o1002;
  return me === undefined || (uid === me && (mode & 0o022) === 0 && around !== 0o002);
}

/** `mkdir -p` step by step: Node's own never returns below /proc. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (again) {
      if ((again as NodeJS.ErrnoException).code !== 'EEXIST') throw again;
    }
  }
}
