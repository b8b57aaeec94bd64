import { existsSync, readFileSync } from 'node:fs';
import type { Rootfs } from '../../src/image/rootfs.ts';
import type { FileEntry } from '../../src/types.ts';

/** What the corpus says of a flattened root filesystem; ours, counted the same way. */
export interface Filesystem {
  regularFiles: number;
  symlinks: number;
  directories: number;
  totalBytes: number;
  setuid: string[];
  setgid: string[];
}

export interface FactsLayer {
  name: string;
  sha256?: string | null;
  diffID?: string | null;
  entries?: number;
  whiteouts?: number;
  opaque?: number;
}

/** One image of a facts file. */
export interface FactsImage {
  from?: string;
  kind?: string;
  digest?: string;
  configSha256?: string;
  configDigest?: string;
  platform?: { os: string; architecture: string } | null;
  layers?: FactsLayer[];
  filesystem?: Filesystem & { packageCounts?: Record<string, number>; packagesFile?: string };
}

/** Counts of a rootfs in the way of the corpus' facts: a hardlink counts as a regular file, a folder only where an archive names it. */
export function countFilesystem(rootfs: Rootfs, entries: Iterable<FileEntry>): Filesystem {
  const named = new Set<string>();
  for (const entry of entries) if (entry.type === 'directory') named.add(entry.path);
  const counts: Filesystem = { regularFiles: 0, symlinks: 0, directories: 0, totalBytes: 0, setuid: [], setgid: [] };
  for (const { path, entry } of rootfs.nodes()) {
    if (entry.type === 'directory') counts.directories += named.has(path) ? 1 : 0;
    else if (entry.type === 'symlink') counts.symlinks++;
    else if (entry.type === 'file' || entry.type === 'hardlink') {
      counts.regularFiles++;
      // Another name of a file that is counted already.
      if (entry.linkname === undefined) counts.totalBytes += entry.size;
      if (entry.mode & 0o4000) counts.setuid.push(path);
      if (entry.mode & 0o2000) counts.setgid.push(path);
    }
  }
  counts.setuid.sort();
  counts.setgid.sort();
  return counts;
}

/** A tab-separated file with a head line, as objects. */
export function readTable(path: string): Record<string, string>[] {
  if (!existsSync(path)) return [];
  const [head, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = (head ?? '').split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((cell, i) => [names[i] ?? `${i}`, cell])));
}
