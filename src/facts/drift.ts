/** Whether the package databases tell the truth: files that they claim and that are not as installed, and programs that they do not know. */
import type { RootNode } from '../image/rootfs.ts';
import type { DatabaseDrift, UnownedExecutable } from '../types/inventory.ts';
import type { Fact, FileEntry } from '../types.ts';
import type { FactContext } from './context.ts';
import { unreadDatabases } from './databases.ts';
import { fileEvidence } from './evidence.ts';
import type { Executable } from './executables.ts';
import { prefixMatcher } from './glob.ts';
import type { PackageEvidence } from './packages.ts';
import { baseName, folderOf } from './text.ts';

/** More than this of one kind is an attack, or an image that was emptied by hand: the first ones say so too. */
const kept = 2000;

/** Claimed files that are gone, or that a layer above the package's replaced by others. */
export function collectDrift(context: FactContext, evidence: PackageEvidence): Fact<DatabaseDrift[]> {
  const claimed = evidence.claimed();
  const optional = prefixMatcher(
    context.data['system-directories'].optional.map((prefix) => ({ prefix, value: true })),
  );
  const look = lookup(context);
  const counts = (path: string): boolean => !optional(path) && !path.includes('__pycache__');
  const gone: { path: string; owner: number }[] = [];
  const suspects: { path: string; owner: number; node: RootNode }[] = [];
  for (const [path, owner] of claimed) {
    const node = look(path);
    if (!node) {
      if (counts(path)) gone.push({ path, owner });
    } else if (node.entry.layer > evidence.packages[owner]!.layer && node.entry.type === 'file') {
      if (counts(path) && !isOwnedName(node, claimed)) suspects.push({ path, owner, node });
    }
  }
  const there = stillThere(claimed, new Set(gone.map(({ owner }) => owner)), (path) => counts(path) && !!look(path));
  const value = [
    ...replaced(context, evidence, suspects),
    ...goneFiles(context, evidence, gone, (owner) => !there.has(owner)),
  ];
  value.sort((a, b) => (a.package < b.package ? -1 : a.package > b.package ? 1 : a.path < b.path ? -1 : 1));
  return { known: true, value, evidence: value.slice(0, 100).map(({ path, layer }) => fileEvidence(path, layer)) };
}

/** Of some packages: those of which any file is there. */
function stillThere(
  claimed: ReadonlyMap<string, number>,
  owners: ReadonlySet<number>,
  isThere: (path: string) => boolean,
): Set<number> {
  const there = new Set<number>();
  if (owners.size === 0) return there;
  for (const [path, owner] of claimed) if (owners.has(owner) && !there.has(owner) && isThere(path)) there.add(owner);
  return there;
}

/** Executables in the folders of programs that no package owns. */
export function collectUnowned(context: FactContext, evidence: PackageEvidence): Fact<UnownedExecutable[]> {
  const unread = unreadDatabases(context);
  if (unread) return { known: false, reason: unread };
  // Where nothing says what is owned, nothing is told by not being owned.
  if (evidence.claimed().size === 0) return { known: true, value: [], evidence: [] };
  const folders = new Set(context.data['system-directories'].programs);
  const value: UnownedExecutable[] = [];
  for (const { node, owner } of evidence.files) {
    const { path, entry } = node;
    if (owner !== undefined || (entry.mode & 0o111) === 0 || !folders.has(folderOf(path))) continue;
    // Another name of a file that is owned: a hardlink of busybox, of perl, of a setuid helper.
    if (isOwnedName(node, evidence.claimed())) continue;
    const kind = context.index.at<Executable>('executables', path)?.data.t;
    if (kind && value.length < kept) value.push({ path, layer: entry.layer, size: entry.size, kind });
  }
  return { known: true, value, evidence: value.slice(0, 100).map(({ path, layer }) => fileEvidence(path, layer)) };
}

function isOwnedName({ names, path }: RootNode, claimed: ReadonlyMap<string, number>): boolean {
  if (!names) return false;
  for (const other of names) if (other.path !== path && claimed.has(other.path)) return true;
  return false;
}

/** Each folder is walked to once: a database lists tens of thousands of paths. */
function lookup({ image: { rootfs } }: FactContext): (path: string) => RootNode | undefined {
  const folders = new Map<string, RootNode | undefined>();
  return (path) => {
    const at = folderOf(path);
    if (!folders.has(at)) folders.set(at, at === '' ? rootfs.root : rootfs.resolve(at));
    return folders.get(at)?.children?.get(baseName(path));
  };
}

/** A layer that changes only mode or owner holds the whole file again; its content is another where size or time differ. */
function replaced(
  context: FactContext,
  { packages }: PackageEvidence,
  suspects: readonly { path: string; owner: number; node: RootNode }[],
): DatabaseDrift[] {
  const originals = originalsOf(context, suspects);
  const out: DatabaseDrift[] = [];
  for (const { path, owner, node } of suspects) {
    const original = originals.get(node.path);
    const { size, mtime, layer } = node.entry;
    // Package managers give a file the time that it has in the package, whichever layer they unpack it to.
    if (!original || (original.size === size && Math.floor(original.mtime) === Math.floor(mtime)) || out.length >= kept)
      continue;
    const kind = kindOf(context, node);
    out.push({ path, package: packages[owner]!.name, how: 'replaced', layer, ...(kind && { kind }) });
  }
  return out;
}

/** What stood at these paths in the layers below, the latest of each. */
function originalsOf(
  { image: { records } }: FactContext,
  suspects: readonly { node: RootNode }[],
): Map<string, FileEntry> {
  const found = new Map<string, FileEntry>();
  if (suspects.length === 0) return found;
  const wanted = new Map(suspects.map(({ node }) => [node.path, node.entry.layer]));
  for (const [index, { entries }] of records.entries()) {
    for (const entry of entries) {
      const above = entry.type === 'file' && !entry.whiteout ? wanted.get(entry.path) : undefined;
      if (above !== undefined && index < above) found.set(entry.path, entry);
    }
  }
  return found;
}

function kindOf(context: FactContext, { path }: RootNode): DatabaseDrift['kind'] {
  if (/\.so(?:\.[0-9][0-9.]{0,20})?$/.test(path)) return 'library';
  return context.index.at<Executable>('executables', path)?.data.t;
}

function goneFiles(
  { image: { rootfs } }: FactContext,
  { packages }: PackageEvidence,
  gone: readonly { path: string; owner: number }[],
  isWhole: (owner: number) => boolean,
): DatabaseDrift[] {
  if (gone.length === 0) return [];
  const takenBy = new Map(rootfs.deleted.flatMap(({ path, by, how }) => (how === 'overwritten' ? [] : [[path, by]])));
  return gone.slice(0, kept).map(({ path, owner }) => {
    const { name, layer } = packages[owner]!;
    const drift: DatabaseDrift = { path, package: name, how: 'gone', layer: takenBy.get(path) ?? layer };
    return isWhole(owner) ? { ...drift, whole: true } : drift;
  });
}
