/** OS packages of the squashed rootfs, and which package owns which file. */
import type { RootNode } from '../image/rootfs.ts';
import type { Distro, Package } from '../types/facts.ts';
import type { Fact } from '../types.ts';
import { apkReader } from './apk-packages.ts';
import { chiselReader } from './chisel.ts';
import type { FactContext } from './context.ts';
import { liveDatabases, unreadDatabases } from './databases.ts';
import { debianLicence } from './debian-copyright.ts';
import { dpkgReader, readDiversions } from './dpkg-packages.ts';
import { fileEvidence } from './evidence.ts';
import type { ListedPackage, PackageReader } from './listed.ts';
import { opkgReader } from './opkg.ts';
import { buildOwners, type OwnedPaths, type Owners } from './owners.ts';
import { pacmanReader } from './pacman.ts';
import { osPurl } from './purl.ts';
import { rpmReader } from './rpm/databases.ts';

/** A regular file of the rootfs; `bytes` is 0 for the second and later names of one hardlinked file. */
export interface RootFile {
  node: RootNode;
  bytes: number;
  /** Index into `packages`. */
  owner: number | undefined;
}

/** Packages with the files they own, shared by every judgement that asks for an owner. */
export interface PackageEvidence {
  packages: Package[];
  /** Number of packages by database path. */
  counts: Map<string, number>;
  files: RootFile[];
  /** Index of the owning package by rootfs path. */
  ownerIndex(path: string): number | undefined;
  /** Index of the owning package by every path that a database claims, whether it is there or not. */
  claimed(): ReadonlyMap<string, number>;
  /** Name of the owning package by rootfs path. */
  ownerOf(path: string): string | undefined;
}

/** Reads the live databases. Packages that own no files any more (config-files, not-installed) are left out. */
export function readPackages(context: FactContext, distro: Distro | undefined): PackageEvidence {
  const readers = [dpkgReader, apkReader, rpmReader, pacmanReader, opkgReader, chiselReader].map((make) =>
    make(context),
  );
  const packages: Package[] = [];
  const owned: OwnedPaths[] = [];
  for (const reader of readers) {
    for (const item of reader.list()) {
      if (item.paths) owned.push({ owner: packages.length, name: item.name, paths: item.paths });
      const made = toPackage(item, distro);
      if (item.type === 'deb' && made.licence === undefined) {
        const licence = debianLicence(context.index, item.name);
        if (licence !== undefined) made.licence = licence;
      }
      packages.push(made);
    }
  }
  dateByLayer(readers, packages);
  const owners = buildOwners(context.image.rootfs, owned, readDiversions(context));
  const files = weighFiles(context, packages, owners);
  return {
    packages,
    counts: countByDatabase(context, packages),
    files,
    ownerIndex: owners,
    claimed: () => owners.all(),
    ownerOf: (path) => {
      const index = owners(path);
      return index === undefined ? undefined : packages[index]!.name;
    },
  };
}

/** The packages fact. Where the only databases are in formats that are not read, it is unknown. */
export function collectPackages(context: FactContext, evidence: PackageEvidence): Fact<Package[]> {
  const unread = unreadDatabases(context);
  if (unread && evidence.packages.length === 0) return { known: false, reason: unread };
  if (context.image.config.platform.os === 'windows')
    return { known: false, reason: 'Windows images keep no package database' };
  if (unread) context.note({ part: 'packages', level: 'warning', message: `${unread}; its packages are not counted` });
  const databases = liveDatabases(context).filter(({ unread }) => unread === undefined);
  return {
    known: true,
    value: evidence.packages,
    evidence: databases.map(({ path, layer }) => fileEvidence(path, layer)),
  };
}

function toPackage(item: ListedPackage, distro: Distro | undefined): Package {
  const { type, name, version, arch, layer, database } = item;
  const out: Package = {
    name,
    version,
    type,
    size: 0,
    layer,
    database,
    purl: osPurl(type, name, version, arch, distro),
  };
  if (arch) out.arch = arch;
  if (item.source && item.source !== name) out.source = item.source;
  if (item.sourceVersion) out.sourceVersion = item.sourceVersion;
  if (item.licence) out.licence = item.licence;
  if (item.vendor) out.vendor = item.vendor;
  if (item.modularity) out.modularity = item.modularity;
  if (item.essential) out.essential = true;
  if (item.state) out.state = item.state;
  return out;
}

/** The lowest layer whose database of the same kind lists the same name, version and architecture brought the package. */
function dateByLayer(readers: readonly PackageReader[], packages: Package[]): void {
  const first = new Map<string, number>();
  for (const reader of readers) {
    for (const { layer, packages: listed } of reader.history()) {
      for (const item of listed) {
        const key = item.join(' ');
        if (!first.has(key)) first.set(key, layer);
      }
    }
  }
  for (const item of packages) {
    const key = [item.type, item.name, item.version, item.arch ?? ''].join(' ');
    item.layer = Math.min(item.layer, first.get(key) ?? item.layer);
  }
}

/** Walks the rootfs once: owner and bytes of each regular file, and with them the size of each package. */
function weighFiles(context: FactContext, packages: Package[], owners: Owners): RootFile[] {
  const files: RootFile[] = [];
  const linked = new Set<string>();
  const { rootfs } = context.image;
  for (const node of rootfs.nodes()) {
    const { entry } = node;
    if (entry.type !== 'file') continue;
    let bytes = entry.size;
    if (entry.linkname !== undefined) {
      // Later names of one file: its first name counts, or the first of them where that one is gone.
      const first = rootfs.lookup(entry.linkname)?.entry;
      if (
        linked.has(entry.linkname) ||
        (first?.type === 'file' && first.size === entry.size && first.mtime === entry.mtime)
      )
        bytes = 0;
      linked.add(entry.linkname);
    }
    const owner = owners(node.path);
    if (owner !== undefined) packages[owner]!.size += bytes;
    files.push({ node, bytes, owner });
  }
  return files;
}

function countByDatabase(context: FactContext, packages: Package[]): Map<string, number> {
  const counts = new Map<string, number>();
  const folders = liveDatabases(context)
    .filter(({ folder }) => folder)
    .map(({ path }) => path);
  for (const { database } of packages) {
    const path = folders.find((folder) => database.startsWith(`${folder}/`)) ?? database;
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}
