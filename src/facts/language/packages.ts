/** Language packages of the squashed rootfs: every ecosystem's manifests, archives and binaries in one list. */
import type { RootNode } from '../../image/rootfs.ts';
import type { LanguagePackage } from '../../types/inventory.ts';
import type { Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import { fileEvidence, type LiveFact } from '../evidence.ts';
import { languagePurl } from '../purl.ts';
import { folderOf } from '../text.ts';
import { developmentOnly } from './dev.ts';
import { leadsOut, type Manifest, type ManifestPackage } from './manifest.ts';

/** Packages kept of one image, and places named as evidence. */
const mostKept = 500_000;
const mostPlaces = 100;

export function collectLanguagePackages(
  context: FactContext,
  ownerOf: (path: string) => string | undefined,
): Fact<LanguagePackage[]> {
  const isDev = developmentOnly(context);
  const below = new Map<RootNode, number>();
  const value: LanguagePackage[] = [];
  let cut = 0;
  for (const fact of sources(context)) {
    const { path, layer, data } = fact;
    if (data.cut) cut++;
    if (!data.p) continue;
    const owner = ownerOf(path);
    const folder = folderOf(path);
    for (const item of data.p) {
      if (value.length >= mostKept) break;
      const out: LanguagePackage = {
        name: item.n,
        version: item.v,
        type: data.e,
        purl: languagePurl(data.e, item.n, item.v, item.a),
        location: item.i === undefined ? path : `${path}!/${item.i}`,
        layer,
        size: item.s ?? sizeOf(context, fact, item, below),
      };
      if (item.l) out.licence = item.l;
      if (item.d || isDev({ type: data.e, name: item.n, version: item.v, folder })) out.dev = true;
      if (owner !== undefined) out.package = owner;
      value.push(out);
    }
  }
  if (cut > 0)
    context.note({
      part: 'language-packages',
      level: 'warning',
      message: `${cut} file(s) that name language packages are longer than is read, or name more packages than are kept; some packages are missing`,
    });
  value.sort(byPlace);
  const places = new Map(value.map(({ location, layer }) => [location.split('!/', 1)[0]!, layer]));
  return {
    known: true,
    value,
    evidence: [...places].slice(0, mostPlaces).map(([path, layer]) => fileEvidence(path, layer)),
  };
}

/** What the collectors took, file by file. */
function* sources({ index }: FactContext): IterableIterator<LiveFact<Manifest>> {
  for (const collector of ['language-manifests', 'language-binaries', 'language-archives'])
    yield* index.live<Manifest>(collector).values();
}

function byPlace(a: LanguagePackage, b: LanguagePackage): number {
  return order(a.type, b.type) || order(a.name, b.name) || order(a.version, b.version) || order(a.location, b.location);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Bytes of the folder that belongs to a package alone; 0 where there is none, or where the name leads elsewhere. */
function sizeOf(
  { image, index }: FactContext,
  { path, data }: LiveFact<Manifest>,
  item: ManifestPackage,
  below: Map<RootNode, number>,
): number {
  const folder = folderOf(path);
  const at = (name: string) => (leadsOut(name) ? 0 : bytesBelow(image.rootfs.lookup(name), below));
  switch (data.e) {
    case 'npm':
      return at(folder);
    case 'pypi':
      return (
        index.live<Manifest>('language-manifests').get(`${folder}/RECORD`)?.data.s ??
        (path.endsWith('.egg-info') ? 0 : at(folder))
      );
    case 'gem': {
      const home = folderOf(folder.endsWith('/default') ? folderOf(folder) : folder);
      return at(`${home}/gems/${item.n}-${item.v}${item.a ? `-${item.a}` : ''}`);
    }
    case 'composer':
      return at(`${folderOf(folder)}/${item.n}`);
    default:
      return 0;
  }
}

/** All files below a folder but for packages installed within. Packages may lie in one another: `known` keeps every folder's sum. */
function bytesBelow(top: RootNode | undefined, known: Map<RootNode, number>): number {
  if (!top?.children) return 0;
  const folders = known.has(top) ? [] : [top];
  for (const folder of folders)
    for (const [name, node] of folder.children!)
      if (node.children && name !== 'node_modules' && !known.has(node)) folders.push(node);
  // Innermost first.
  for (const folder of folders.reverse()) {
    let bytes = 0;
    for (const [name, node] of folder.children!) {
      if (node.children) bytes += name === 'node_modules' ? 0 : known.get(node)!;
      else if (node.entry.type === 'file') bytes += node.entry.size;
    }
    known.set(folder, bytes);
  }
  return known.get(top)!;
}
