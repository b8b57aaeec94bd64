/** What every format of package database comes down to. */
import type { FactContext } from './context.ts';
import type { LiveFact } from './evidence.ts';

/** A package as a database lists it. */
export interface ListedPackage {
  /** purl type. */
  type: 'deb' | 'apk' | 'rpm' | 'alpm' | 'opkg';
  name: string;
  version: string;
  arch: string;
  source?: string | undefined;
  sourceVersion?: string | undefined;
  licence?: string | undefined;
  vendor?: string | undefined;
  modularity?: string | undefined;
  essential?: true | undefined;
  state?: string | undefined;
  /** Path of the database, and the layer that wrote it last. */
  database: string;
  layer: number;
  /** Owned paths, one a line, no leading slash. */
  paths?: string | undefined;
}

/** A package in a layer's own state of a database, to tell which layer brought it. */
export type DatedPackage = readonly [type: ListedPackage['type'], name: string, version: string, arch: string];

/** A format's per-image half. */
export interface PackageReader {
  /** Packages of the databases that the rootfs shows; damage is noted in the status. */
  list(): Iterable<ListedPackage>;
  /** Packages of every layer that holds a database, lowest first. */
  history(): Iterable<{ layer: number; packages: Iterable<DatedPackage> }>;
}

/** Says in the report which records of a text database were left out. */
export function noteRecords(
  context: FactContext,
  { path, layer }: LiveFact<unknown>,
  { rows, skipped, cut }: { rows: readonly { v: string }[]; skipped: number; cut?: true | undefined },
): void {
  const bad = skipped + rows.filter(({ v }) => !v).length;
  if (bad === 0 && !cut) return;
  const message = cut
    ? `${path} is larger than the limit; only its beginning was read`
    : `${path} has ${bad} ${bad === 1 ? 'record' : 'records'} without a name or version, left out`;
  context.note({ part: 'packages', level: 'warning', message, layer });
}

/** Says in the report what of a database of pages could not be read. */
export function noteDamage(
  context: FactContext,
  { path, layer }: { path: string; layer: number },
  { damaged = 0, cut }: { damaged?: number | undefined; cut?: true | undefined },
): void {
  if (damaged === 0 && !cut) return;
  const message = cut
    ? `${path} is larger than the limit; not all of its packages were read`
    : `${path} is damaged in ${damaged} ${damaged === 1 ? 'place' : 'places'}; the packages there are left out`;
  context.note({ part: 'packages', level: 'warning', message, layer });
}
