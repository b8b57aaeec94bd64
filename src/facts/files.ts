/** Every entry of the squashed root filesystem: for users' own rules, which may ask anything of it. */
import type { RootEntry } from '../types/inventory.ts';
import type { Fact } from '../types.ts';
import type { FactContext } from './context.ts';

/** Parents before children. `ownerOf` is absent where no package database could be read. */
export function collectFiles(
  { image }: FactContext,
  ownerOf: ((path: string) => string | undefined) | undefined,
): Fact<RootEntry[]> {
  const value: RootEntry[] = [];
  for (const { path, entry } of image.rootfs.nodes()) {
    const owner = ownerOf?.(path);
    value.push({
      path,
      type: entry.type === 'hardlink' ? 'file' : entry.type,
      mode: entry.mode,
      uid: entry.uid,
      gid: entry.gid,
      size: entry.size,
      layer: entry.layer,
      modified: entry.mtime,
      ...(entry.type === 'symlink' && entry.linkname !== undefined && { target: entry.linkname }),
      ...(owner !== undefined && { pkg: owner }),
      capability: entry.capability !== undefined,
    });
  }
  // The entries themselves say where.
  return { known: true, value, evidence: [] };
}
