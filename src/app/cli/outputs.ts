/** Report files: written beside their place and renamed into it, so that none is ever half there. */
import { randomBytes } from 'node:crypto';
import { access, constants, lstat, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../../types.ts';
import { quote } from './words.ts';

/** Refuses before the scan what could not be written after it. @throws UsageError */
export async function checkOutput(file: string): Promise<void> {
  const folder = dirname(resolve(file));
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory())
    throw new UsageError(`cannot write ${quote(file)}: there is no folder ${quote(folder)}; make it first`);
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) throw new UsageError(`cannot write ${quote(file)}: it is a folder; name a file in it`);
  const inPlace = there !== undefined && !there.isFile();
  await access(inPlace ? file : folder, constants.W_OK).catch(() => {
    throw new UsageError(
      `cannot write ${quote(file)}: ${inPlace ? 'it' : `the folder ${quote(folder)}`} is not writable`,
    );
  });
}

/** A regular file is replaced whole, through a symlink too; a device or pipe is written to. @throws UsageError */
export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    const link = await lstat(file).catch(() => undefined);
    const target = link?.isSymbolicLink() ? await realpath(file).catch(() => resolve(file)) : resolve(file);
    const old = await stat(target).catch(() => undefined);
    if (old && !old.isFile()) return await writeFile(target, text);
    await replace(target, text, old ? old.mode & 0o777 : undefined);
  } catch (error) {
    throw new UsageError(`cannot write ${quote(file)}: ${reason(error)}`);
  }
}

async function replace(target: string, text: string, mode: number | undefined): Promise<void> {
  const part = join(
    dirname(target),
    `.${basename(target).slice(0, 100)}.${process.pid}.${randomBytes(6).toString('hex')}.part`,
  );
  try {
    const handle = await open(part, 'wx', 0o666);
    try {
      await handle.writeFile(text);
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EROFS') return 'the file system is read-only';
  return error instanceof Error ? error.message : String(error);
}
