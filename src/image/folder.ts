/** A folder on disk as one layer. Nothing is followed out of it: symlinks are recorded, never opened. */
import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, open, opendir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../types.ts';
import { LayerPass } from './layer-pass.ts';
import type { LayerRecord } from './model.ts';
import type { ReadOptions } from './read-layer.ts';
import type { TarHeader, TarType } from './tar.ts';

/**
 * Walks a folder through the collectors. Its `diffID` is a sha256 over the listing (names, types, modes, owners,
 * sizes, times), as a folder has no archive to hash. @throws SourceError where the folder cannot be read.
 */
export async function readFolder(root: string, options: ReadOptions): Promise<LayerRecord> {
  const pass = new LayerPass(options.collectors, options.limits, options.what);
  const listing = createHash('sha256');
  const links = new Map<string, string>();
  let bytes = 0;
  const skipped: string[] = [];
  const device = (
    await lstat(root).catch((error: Error) => {
      throw new SourceError(`${root} cannot be read (${error.message})`);
    })
  ).dev;

  const visit = async (folder: string): Promise<void> => {
    options.signal?.throwIfAborted();
    const names: string[] = [];
    try {
      for await (const item of await opendir(join(root, folder))) names.push(item.name);
    } catch {
      skipped.push(folder);
      return;
    }
    for (const name of names.sort()) {
      const path = folder ? `${folder}/${name}` : name;
      const full = join(root, path);
      const info = await lstat(full).catch(() => undefined);
      // Gone meanwhile, or a name that is not UTF-8, which Node cannot ask for by this text.
      if (!info) {
        skipped.push(path);
        continue;
      }
      const header = await headerOf(path, full, info, links);
      if (!header) continue;
      listing.update(
        JSON.stringify([
          path,
          header.type,
          header.mode,
          header.uid,
          header.gid,
          header.size,
          header.mtime,
          header.linkname,
        ]),
      );
      bytes += header.type === 'file' ? header.size : 0;
      if (pass.entry(header)) {
        if (!(await feed(full, header.size, pass))) skipped.push(path);
        options.progress?.(bytes);
      }
      // Other file systems mounted below (/proc of a live root) are not part of it.
      if (info.isDirectory() && info.dev === device) await visit(path);
    }
  };
  await visit('');
  pass.finish({ trailing: 0, unknown: 0 });
  if (skipped.length > 0) {
    pass.status.push({
      part: 'layer',
      level: 'warning',
      message: `has ${skipped.length} path(s) that could not be read (${skipped.slice(0, 3).join(', ')}); run as a user who may read them`,
    });
  }
  const diffID = `sha256:${listing.digest('hex')}` as const;
  return {
    diffID,
    digest: diffID,
    storedSize: bytes,
    tarSize: bytes,
    compression: 'none',
    entries: pass.entries,
    facts: pass.facts,
    failed: pass.failed,
    status: pass.status,
    wholeBytes: pass.wholeBytes,
  };
}

async function headerOf(
  path: string,
  full: string,
  info: Stats,
  links: Map<string, string>,
): Promise<TarHeader | undefined> {
  let type: TarType | undefined = info.isFile()
    ? 'file'
    : info.isDirectory()
      ? 'directory'
      : info.isSymbolicLink()
        ? 'symlink'
        : info.isCharacterDevice()
          ? 'character'
          : info.isBlockDevice()
            ? 'block'
            : info.isFIFO()
              ? 'fifo'
              : undefined;
  if (!type) return undefined;
  let linkname = '';
  if (type === 'symlink') linkname = await readlink(full).catch(() => '');
  else if (type === 'file' && info.nlink > 1) {
    const inode = `${info.dev}:${info.ino}`;
    const first = links.get(inode);
    if (first === undefined) links.set(inode, path);
    else {
      type = 'hardlink';
      linkname = first;
    }
  }
  return {
    name: path,
    type,
    mode: info.mode & 0o7777,
    uid: info.uid,
    gid: info.gid,
    size: type === 'file' ? info.size : 0,
    mtime: Math.trunc(info.mtimeMs / 1000),
    linkname,
    sparse: false,
  };
}

/** Content of one file, exactly `size` bytes: a file that grows meanwhile is cut, one that shrinks is padded out by its end. */
async function feed(full: string, size: number, pass: LayerPass): Promise<boolean> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    pass.entryEnd();
    return false;
  }
  try {
    const buffer = Buffer.allocUnsafe(Math.min(size, 1 << 20));
    for (let done = 0; done < size; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - done), done);
      if (bytesRead === 0) break;
      pass.data(buffer.subarray(0, bytesRead));
      done += bytesRead;
    }
    return true;
  } catch {
    return false;
  } finally {
    pass.entryEnd();
    await file.close();
  }
}
