/** A LayerRecord as text: columns instead of objects, so that the cache and the threads move little. */
import type { EntryType, FileEntry } from '../types.ts';
import type { LayerRecord } from './model.ts';

const types: EntryType[] = ['file', 'directory', 'symlink', 'hardlink', 'character', 'block', 'fifo'];
const typeIndex = new Map(types.map((type, index) => [type, index]));

interface Columns {
  head: Omit<LayerRecord, 'entries'>;
  /** Joined by NUL, which no path may hold. */
  paths: string;
  types: number[];
  modes: number[];
  uids: number[];
  gids: number[];
  sizes: number[];
  mtimes: number[];
  /** By entry index. */
  links: [number, string][];
  whiteouts: [number, 0 | 1][];
  capabilities: [number, string][];
}

/** JSON text without line breaks. */
export function encodeRecord(record: LayerRecord): string {
  const { entries, ...head } = record;
  const columns: Columns = {
    head,
    paths: entries.map((entry) => entry.path).join('\0'),
    types: [],
    modes: [],
    uids: [],
    gids: [],
    sizes: [],
    mtimes: [],
    links: [],
    whiteouts: [],
    capabilities: [],
  };
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    columns.types.push(typeIndex.get(entry.type)!);
    columns.modes.push(entry.mode);
    columns.uids.push(entry.uid);
    columns.gids.push(entry.gid);
    columns.sizes.push(entry.size);
    columns.mtimes.push(entry.mtime);
    if (entry.linkname !== undefined) columns.links.push([i, entry.linkname]);
    if (entry.whiteout) columns.whiteouts.push([i, entry.whiteout === 'file' ? 0 : 1]);
    if (entry.capability !== undefined) columns.capabilities.push([i, entry.capability]);
  }
  return JSON.stringify(columns);
}

/** @throws Error on text that `encodeRecord` did not write. */
export function decodeRecord(encoded: string): LayerRecord {
  const columns = JSON.parse(encoded) as Columns;
  const count = columns.types.length;
  const paths = count === 0 ? [] : columns.paths.split('\0');
  if (paths.length !== count) throw new Error('columns differ in length');
  const entries: FileEntry[] = new Array(count);
  for (let i = 0; i < count; i++) {
    entries[i] = {
      path: paths[i]!,
      type: types[columns.types[i]!]!,
      mode: columns.modes[i]!,
      uid: columns.uids[i]!,
      gid: columns.gids[i]!,
      size: columns.sizes[i]!,
      layer: 0,
      mtime: columns.mtimes[i]!,
    };
  }
  for (const [i, link] of columns.links) entries[i]!.linkname = link;
  for (const [i, kind] of columns.whiteouts) entries[i]!.whiteout = kind === 0 ? 'file' : 'opaque';
  for (const [i, value] of columns.capabilities) entries[i]!.capability = value;
  return { ...columns.head, entries };
}
