/** An OCI layout folder (OCI image-spec, image-layout.md). Nothing outside the folder is read, whatever its links say. */
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { documentTooLong } from '../image/documents.ts';
import type { LayerContent, OpenedSource, SourceContext } from '../image/model.ts';
import { SourceError, type StatusEntry } from '../types.ts';
import { openMedium } from './images.ts';
import type { Medium } from './medium.ts';

/** @throws SourceError where the folder holds no layout, or a file of it is a link that leads outside. */
export async function openOciDir(
  folder: string,
  name: string,
  context: SourceContext,
  wanted: string | undefined,
): Promise<OpenedSource> {
  const medium = await folderMedium(folder, name, context);
  return openMedium(medium, context, { kind: 'oci-dir', ...(wanted === undefined ? {} : { wanted }) });
}

async function folderMedium(folder: string, name: string, context: SourceContext): Promise<Medium> {
  const status: StatusEntry[] = [];
  const root = await realpath(folder);
  const names = (await readdir(root, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name);
  /** The regular file of a name, links followed inside the folder. */
  const locate = async (wanted: string): Promise<{ path: string; size: number } | undefined> => {
    const path = join(root, wanted);
    try {
      await lstat(path);
    } catch {
      return undefined;
    }
    let real: string;
    try {
      real = await realpath(path);
    } catch {
      return undefined;
    }
    if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw new SourceError(
        `${wanted} in ${name} is a link that leads out of the folder, which is not followed; copy the layout with cp -rL first`,
      );
    }
    const found = await stat(real);
    return found.isFile() ? { path: real, size: found.size } : undefined;
  };
  return {
    name,
    status,
    names: () => names,
    has: async (wanted) => (await locate(wanted)) !== undefined,
    async document(wanted) {
      const found = await locate(wanted);
      if (!found) return undefined;
      if (found.size > context.limits.documentBytes)
        throw documentTooLong(`${wanted} in ${name}`, found.size, context.limits);
      const file = await open(found.path, 'r');
      try {
        const buffer = Buffer.alloc(found.size);
        const { bytesRead } = await file.read(buffer, 0, found.size, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    async layer(wanted): Promise<LayerContent | undefined> {
      const found = await locate(wanted);
      return found && { from: 'file', path: found.path, offset: 0, length: found.size };
    },
  };
}
