/** Which package databases the image holds, held, or holds but cannot be read. */

import type { PackageDatabase } from '../types/facts.ts';
import type { Evidence, Fact } from '../types.ts';
import { chiselManifest, chiselUnread } from './chisel.ts';
import type { FactContext } from './context.ts';
import { fileEvidence } from './evidence.ts';
import { opkgFiles } from './opkg.ts';
import { pacmanFolder } from './pacman.ts';
import { rpmDatabaseNames, rpmFolders, rpmManifest } from './rpm/collector.ts';
import { rpmDatabases } from './rpm/databases.ts';
import { folderOf } from './text.ts';

type DatabaseType = PackageDatabase['type'];

/** Where each database lives. A folder counts when it holds anything. */
const places: readonly { type: DatabaseType; path: string; folder?: boolean }[] = [
  { type: 'dpkg', path: 'var/lib/dpkg/status' },
  { type: 'dpkg-status.d', path: 'var/lib/dpkg/status.d', folder: true },
  { type: 'apk', path: 'lib/apk/db/installed' },
  { type: 'apk', path: 'usr/lib/apk/db/installed' },
  { type: 'chisel', path: chiselManifest },
  ...rpmFolders.flatMap((folder) =>
    rpmDatabaseNames.map((name) => ({ type: 'rpm' as const, path: `${folder}/${name}` })),
  ),
  { type: 'rpm', path: rpmManifest },
  { type: 'pacman', path: pacmanFolder, folder: true },
  ...opkgFiles.map((path) => ({ type: 'opkg' as const, path })),
];

/** A database that the rootfs shows. */
export interface LiveDatabase {
  type: DatabaseType;
  /** Path in the rootfs, links followed. */
  path: string;
  layer: number;
  /** The path is a folder of many files. */
  folder: boolean;
  /** Why it cannot be read at all. */
  unread?: string;
}

/** Databases of the squashed rootfs, each once however many names lead to it. */
export function liveDatabases(context: FactContext): LiveDatabase[] {
  const { image } = context;
  const found = new Map<string, LiveDatabase>();
  for (const { type, path, folder = false } of places) {
    const node = image.rootfs.resolve(path);
    if (!node) continue;
    if (folder ? !node.children?.size : node.entry.type !== 'file') continue;
    let layer = node.entry.layer;
    for (const child of node.children?.values() ?? []) layer = Math.max(layer, child.entry.layer);
    if (found.has(node.path)) continue;
    const unread = whyUnread(context, type, node.path);
    found.set(node.path, { type, path: node.path, layer, folder, ...(unread === undefined ? {} : { unread }) });
  }
  return [...found.values()];
}

/** All databases, with those that a later layer removed. `counts` gives the number of packages by database path. */
export function collectDatabases(context: FactContext, counts: ReadonlyMap<string, number>): Fact<PackageDatabase[]> {
  const live = liveDatabases(context);
  const value: PackageDatabase[] = live.map(({ type, path, layer, unread }) => ({
    type,
    path,
    layer,
    packages: counts.get(path) ?? 0,
    ...(unread === undefined ? {} : { unread }),
  }));
  const known = new Set(live.map(({ path }) => path));
  for (const gone of context.image.rootfs.deleted) {
    const place = placeOf(gone.path);
    if (!place || gone.how === 'overwritten' || known.has(place.path)) continue;
    const node = context.image.rootfs.resolve(place.path);
    if (node && (!place.folder || node.children?.size)) continue;
    known.add(place.path);
    value.push({ type: place.type, path: place.path, layer: gone.layer, packages: 0, deletedIn: gone.by });
  }
  const evidence: Evidence[] = value.map(({ path, layer }) => fileEvidence(path, layer));
  return { known: true, value, evidence };
}

/** Says which databases are there but cannot be read, and why; undefined when there are none. */
export function unreadDatabases(context: FactContext): string | undefined {
  const found = liveDatabases(context).filter(({ unread }) => unread !== undefined);
  if (found.length === 0) return undefined;
  return found.map(({ type, path, unread }) => `the ${type} database ${path} cannot be read: ${unread}`).join('; ');
}

function whyUnread(context: FactContext, type: DatabaseType, path: string): string | undefined {
  if (type === 'rpm') return rpmDatabases(context).find((database) => database.path === path)?.content.unread;
  return type === 'chisel' ? chiselUnread(context) : undefined;
}

const byPath = new Map(places.map((place) => [place.path, place]));

function placeOf(path: string): (typeof places)[number] | undefined {
  const exact = byPath.get(path);
  if (exact) return exact;
  const parent = byPath.get(folderOf(path)) ?? byPath.get(folderOf(folderOf(path)));
  return parent?.folder ? parent : undefined;
}
