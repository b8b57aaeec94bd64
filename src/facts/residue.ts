/** Caches, documentation and what builds leave: found by path in the rootfs, and caches also among what later layers deleted. */
import type { RootNode } from '../image/rootfs.ts';
import type { NewestFile, Residue } from '../types/inventory.ts';
import type { Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { fileEvidence } from './evidence.ts';
import { nameMatcher, prefixMatcher } from './glob.ts';
import type { PackageEvidence } from './packages.ts';
import { type ResidueEntry, type ResiduePlace, residueKinds } from './residue-kinds.ts';

/** Entries in the fact, heaviest first. */
const entryLimit = 1000;
/** Places told apart; past it, by the first part of the path alone. */
const placeLimit = 20_000;

/** What lies in the rootfs by kind, folder, layer and owner; caches that a later layer hid are apart. */
export function collectResidue(context: FactContext, evidence: PackageEvidence): Fact<Residue[]> {
  const kinds = residueKinds(context.data.residue.kinds);
  const isRuntime = runtimeTest(context, evidence);
  const found = new Map<string, Residue>();
  const tally = (
    entry: ResidueEntry,
    bytes: number,
    place: Pick<Residue, 'path' | 'layer' | 'package' | 'deletedIn'>,
  ) => {
    const path = found.size < placeLimit ? place.path : place.path.split('/', 1)[0]!;
    const key = `${entry.kind}\0${place.layer}\0${place.deletedIn ?? ''}\0${place.package ?? ''}\0${path}`;
    const sum = found.get(key);
    if (sum) {
      sum.files++;
      sum.bytes += bytes;
    } else found.set(key, { kind: entry.kind, ...place, path, files: 1, bytes });
  };

  const folders = new Map<RootNode, ResiduePlace | null>();
  const folderKind = (node: RootNode | undefined): ResiduePlace | null => {
    if (!node) return null;
    let kind = folders.get(node);
    if (kind === undefined) folders.set(node, (kind = kinds.folder(node.path)));
    return kind;
  };
  for (const { node, bytes, owner } of evidence.files) {
    // What has another name elsewhere frees nothing when this one goes.
    if (bytes === 0 || (node.names && node.names.size > 1)) continue;
    const place = kinds.file(node.path, folderKind(node.parent));
    if (!place || (place.entry.runtimes === false && isRuntime(node.path, owner))) continue;
    const name = owner === undefined ? undefined : evidence.packages[owner]!.name;
    // What a package brings as its cache is no cache.
    if (name !== undefined && place.entry.group === 'cache') continue;
    tally(place.entry, bytes, {
      path: place.folder,
      layer: node.entry.layer,
      ...(name !== undefined && place.entry.group === 'build' && { package: name }),
    });
  }
  for (const { path, size, layer, by } of context.image.rootfs.deleted) {
    if (size === 0) continue;
    const place = kinds.of(path);
    if (place?.entry.group === 'cache') tally(place.entry, size, { path: place.folder, layer, deletedIn: by });
  }

  const value = [...found.values()]
    .sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.layer - b.layer))
    .slice(0, entryLimit);
  return { known: true, value, evidence: value.map(({ path, layer }) => fileEvidence(path, layer)) };
}

/** The newest file of the rootfs: what was written after the image says that it was made has the clock's time. */
export function collectNewestFile({ files }: PackageEvidence): Fact<NewestFile | undefined> {
  let newest: RootNode | undefined;
  for (const { node } of files) if (node.entry.mtime > (newest?.entry.mtime ?? 0)) newest = node;
  if (!newest) return { known: true, value: undefined, evidence: [] };
  const { path, entry } = newest;
  return {
    known: true,
    value: { path, layer: entry.layer, mtime: entry.mtime },
    evidence: [fileEvidence(path, entry.layer)],
  };
}

/** Files of a language runtime: in its folders, or of its packages but for those that only builds need. */
function runtimeTest({ data }: FactContext, { packages }: PackageEvidence) {
  const { runtimes } = data['language-runtimes'];
  const byPath = prefixMatcher(runtimes.flatMap(({ name, paths }) => paths.map((prefix) => ({ prefix, value: name }))));
  const byName = nameMatcher(runtimes.map(({ name, packages: patterns }) => ({ patterns, value: name })));
  const owners = packages.map(({ name }) => byName(name) !== undefined && !/-(?:dev|devel)$/.test(name));
  return (path: string, owner: number | undefined): boolean =>
    owner === undefined ? byPath(path) !== undefined : owners[owner]!;
}
