/** The writable surface: every path that the run user may modify or replace, in one walk over the rootfs. */
import type { RootNode } from '../../image/rootfs.ts';
import type { RunUser } from '../../types/facts.ts';
import type { SurfaceKind, WritablePath, WritableSurface } from '../../types/surface.ts';
import type { Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import { fileEvidence } from '../evidence.ts';
import { configuredPath } from '../programs.ts';
import { type Identity, identityOf, isSticky, mayChange, maySearch, nobody } from './access.ts';
import { type KindOf, surfaceKinds } from './kinds.ts';

/** Paths that the fact names; counts are of all. */
const pathLimit = 1000;
/** Paths kept while walking. */
const keptPlaces = 20_000;
/** The kernel's and the runtime's own: mounted over whatever the image holds there. */
const mountedOver = new Set(['dev', 'proc', 'sys']);

/** What the walk needs to know beside the image. */
export interface SurfaceInput {
  user: Fact<RunUser>;
  kinds: KindOf;
}

/** The surface without its mounts. Unknown where the user is; uid 0 may change everything. */
export function collectSurface(
  context: FactContext,
  { user, kinds }: SurfaceInput,
): Fact<Omit<WritableSurface, 'mounts' | 'mountsComplete'>> {
  const { image } = context;
  if (image.config.platform.os === 'windows')
    return { known: false, reason: 'Windows keeps permissions that its layers do not show' };
  if (image.kind === 'rootfs')
    return { known: false, reason: 'a root filesystem by itself does not say which user runs it' };
  if (!user.known) return user;
  const who = identityOf(user.value);
  if (!who)
    return { known: false, reason: `the image has no ${user.value.missing ?? 'user'} of the name ${user.value.spec}` };
  const tally = new Tally(kinds);
  if (who.uid === 0) {
    for (const { path, entry } of image.rootfs.nodes()) if (entry.type === 'file') tally.count(path, entry.size);
    return { known: true, value: { everything: true, counts: tally.counts, paths: [], more: 0 }, evidence: [] };
  }
  walk(context, who, tally);
  for (const path of missingFolders(context, who)) tally.open(path, 0, 'parent', 'path');
  const { paths, more } = tally.list();
  const evidence = paths.slice(0, 100).map(({ path, layer }) => fileEvidence(path, layer));
  return { known: true, value: { everything: false, counts: tally.counts, paths, more }, evidence };
}

/** What everybody may change. A folder with the sticky bit is meant to be shared. */
export function collectWorldWritable(context: FactContext, kinds: KindOf): Fact<WritablePath[]> {
  const tally = new Tally(kinds);
  // Not even counted: any number of them must not push others off the list.
  if (context.image.config.platform.os !== 'windows') walk(context, nobody, tally, 'not shared');
  const { paths: value, more } = tally.list();
  if (more > 0)
    context.note({
      part: 'world-writable',
      level: 'warning',
      message: `${value.length + more} paths are writable for everybody; the ${value.length} most dangerous are named`,
    });
  return { known: true, value, evidence: value.slice(0, 100).map(({ path, layer }) => fileEvidence(path, layer)) };
}

interface Frame {
  children: Iterator<RootNode>;
  /** The writable folder that holds all of this. */
  within: WritablePath | undefined;
}

/** Which folders are listed: with those that are meant to be shared, or without. */
type Folders = 'all' | 'not shared';

function walk({ image }: FactContext, who: Identity, tally: Tally, folders: Folders = 'all'): void {
  const { root } = image.rootfs;
  const stack: Frame[] = [];
  const enter = (node: RootNode, above: WritablePath | undefined): void => {
    const within = above ?? ownFolder(node, who, tally, folders);
    // Behind a folder that cannot be searched nothing can be reached.
    if (within || maySearch(node.entry, who)) stack.push({ children: node.children!.values(), within });
  };
  enter(root, undefined);
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const next = frame.children.next();
    if (next.done) {
      stack.pop();
      continue;
    }
    const node = next.value;
    const { path, entry } = node;
    if (node.children) {
      if (node.parent !== root || !mountedOver.has(path)) enter(node, frame.within);
    } else if (entry.type === 'file') {
      const how = frame.within ? undefined : mayChange(entry, who);
      const place = frame.within ?? (how && tally.open(path, entry.layer, how, 'data'));
      if (place) tally.add(place, path, entry.size);
    }
  }
}

/** A folder whose entries the user may replace; one with the sticky bit takes new ones and gives up nobody else's. */
function ownFolder({ path, entry }: RootNode, who: Identity, tally: Tally, folders: Folders): WritablePath | undefined {
  const how = mayChange(entry, who);
  const shared = isSticky(entry) && entry.uid !== who.uid;
  if (!how || (shared && folders === 'not shared')) return undefined;
  const place = tally.open(path, entry.layer, how, tally.kinds.folder(path));
  return shared ? undefined : place;
}

/** Folders of the configured PATH that are not there and that the user may make. */
function missingFolders({ image }: FactContext, who: Identity): string[] {
  const { rootfs, config } = image;
  return (configuredPath(config.container.env) ?? []).filter((path) => {
    if (path === '' || path.split('/').includes('..') || rootfs.lookup(path)) return false;
    let above = path;
    let node: RootNode | undefined;
    while (!node && above !== '') {
      above = above.slice(0, Math.max(0, above.lastIndexOf('/')));
      node = rootfs.resolve(above);
    }
    if (!node?.children || !mayChange(node.entry, who)) return false;
    for (let folder = node.parent; folder; folder = folder.parent) if (!maySearch(folder.entry, who)) return false;
    return true;
  });
}

/** Counts by kind, and the list, of which each kind keeps only as much as may be shown. */
class Tally {
  readonly counts: WritableSurface['counts'];
  private places: WritablePath[] = [];
  private left = 0;

  constructor(readonly kinds: KindOf) {
    this.counts = Object.fromEntries(
      surfaceKinds.map((kind) => [kind, { files: 0, bytes: 0 }]),
    ) as WritableSurface['counts'];
  }

  open(path: string, layer: number, by: WritablePath['by'], kind: SurfaceKind): WritablePath {
    const place: WritablePath = { path, layer, kind, by, files: 0, bytes: 0 };
    if (this.places.length >= keptPlaces) this.shorten(keptPlaces / 2);
    this.places.push(place);
    return place;
  }

  count(path: string, bytes: number): SurfaceKind {
    const kind = this.kinds.file(path);
    this.counts[kind].files++;
    this.counts[kind].bytes += bytes;
    return kind;
  }

  add(place: WritablePath, path: string, bytes: number): void {
    const kind = this.count(path, bytes);
    place.files++;
    place.bytes += bytes;
    if (place.path === path || rank(kind) < rank(place.kind)) place.kind = kind;
  }

  list(): { paths: WritablePath[]; more: number } {
    this.shorten(pathLimit);
    return { paths: this.places, more: this.left };
  }

  /** Most dangerous first. A folder that is still being counted is the last one opened, and opens no other. */
  private shorten(length: number): void {
    const sorted = this.places.sort((a, b) => rank(a.kind) - rank(b.kind) || (a.path < b.path ? -1 : 1));
    this.left += Math.max(0, sorted.length - length);
    this.places = sorted.slice(0, length);
  }
}

function rank(kind: SurfaceKind): number {
  return surfaceKinds.indexOf(kind);
}
