/**
 * The squashed root filesystem: every file knows its layer, and what was deleted or overwritten is kept.
 * Semantics: OCI image-spec, layer.md ("Whiteouts", "Opaque Whiteout", "Hardlinks").
 */

import type { DeletedFile } from '../types/bytes.ts';
import type { FileEntry, SourceError } from '../types.ts';
import { defaultLimits, type Limits, pastLimit } from './limits.ts';
import { lastSegment } from './paths.ts';

/** A name in the rootfs and what stands there. */
export interface RootNode {
  /** Path in the rootfs, no leading slash; '' for the root. */
  path: string;
  /** The entry that made it, as last set. For a hardlink: the entry of the file it shares, with this name's path. */
  entry: FileEntry;
  parent?: RootNode;
  /** Present on folders. */
  children?: Map<string, RootNode>;
  /** Present on a file with several names: all of them. */
  names?: Set<RootNode>;
  /** The layer, and the index of the entry there, that hold a file's content; absent on folders that no entry names. */
  source?: { layer: number; entry: number };
}

const rootEntry: FileEntry = { path: '', type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, layer: 0, mtime: 0 };

/** Grows by one layer at a time; lookups never leave it. */
export class Rootfs {
  readonly root: RootNode = { path: '', entry: rootEntry, children: new Map() };
  /** Bytes that lower layers hold and the rootfs does not show. */
  readonly deleted: DeletedFile[] = [];
  /** Entries that could not be placed (hardlink without target, parent that is a file or a symlink loop). */
  readonly misplaced: { path: string; layer: number; reason: string }[] = [];
  /** Folders that paths led to, until something moves: neighbours in an archive share theirs. */
  private readonly parents = new Map<string, RootNode>();
  private latest: { path: string; folder: RootNode } | undefined;
  /** Files that hardlinks of this layer gave an owner and mode, with the last such hardlink. */
  private readonly changed = new Map<Set<RootNode>, FileEntry>();
  private steps = 0;
  /** Folders that no entry names. */
  private implied = 0;

  constructor(private readonly limits: Pick<Limits, 'symlinkHops' | 'pathSteps' | 'entriesPerImage'> = defaultLimits) {}

  /** The node at a path, without following a symlink in its last segment; links in parents are followed inside the rootfs. */
  lookup(path: string): RootNode | undefined {
    return this.walk(path, false);
  }

  /** The node at a path with every symlink followed inside the rootfs; undefined when missing or when a loop exceeds the hop limit. */
  resolve(path: string): RootNode | undefined {
    return this.walk(path, true);
  }

  /** Every node but the root, parents before children, in insertion order. */
  *nodes(from: RootNode = this.root): IterableIterator<RootNode> {
    const stack: Iterator<RootNode>[] = [from.children?.values() ?? [][Symbol.iterator]()];
    while (stack.length > 0) {
      const next = stack[stack.length - 1]!.next();
      if (next.done) {
        stack.pop();
        continue;
      }
      yield next.value;
      if (next.value.children) stack.push(next.value.children.values());
    }
  }

  /** The node that shows an entry of a layer under the path it was written by; undefined once anything else stands there. */
  shows(path: string, layer: number, entry: number): RootNode | undefined {
    const node = this.lookup(path);
    return node?.source?.layer === layer && node.source.entry === entry ? node : undefined;
  }

  /** Adds one layer above those already there. Whiteouts act on lower layers only, wherever they stand in the archive. */
  apply(entries: readonly FileEntry[], layer: number): void {
    for (const entry of entries) if (entry.whiteout) this.whiteOut(entry, layer);
    const late: number[] = [];
    for (const [index, entry] of entries.entries()) {
      if (entry.whiteout) continue;
      if (entry.type === 'hardlink' && !this.link(entry, layer)) late.push(index);
      else if (entry.type !== 'hardlink') this.place(entry, layer, { layer, entry: index });
    }
    for (const index of late) {
      const entry = entries[index]!;
      if (!this.link(entry, layer)) {
        this.misplaced.push({ path: entry.path, layer, reason: `hardlink to missing ${entry.linkname ?? ''}` });
        this.place({ ...entry, type: 'file', size: 0 }, layer, { layer, entry: index });
      }
    }
    this.settleNames();
    const aufs = this.root.children!.get(aufsLinks);
    if (aufs) this.detach(aufs);
  }

  /** With `make`, the layer that needs it, folders that are missing on the way are made, behind symlinks too. */
  private walk(path: string, followLast: boolean, make?: number): RootNode | undefined {
    let segments = path.split('/');
    let node = this.root;
    let hops = 0;
    this.count(segments.length);
    for (let i = 0; i < segments.length; i++) {
      const segment = segments[i]!;
      if (segment === '' || segment === '.') continue;
      if (!node.children) return undefined;
      if (segment === '..') {
        node = node.parent ?? this.root;
        continue;
      }
      const child: RootNode | undefined =
        node.children.get(segment) ?? (make === undefined ? undefined : this.imply(node, segment, make));
      if (!child) return undefined;
      if (child.entry.type === 'symlink' && (followLast || i < segments.length - 1)) {
        if (++hops > this.limits.symlinkHops) return undefined;
        const target = child.entry.linkname ?? '';
        const rest = segments.slice(i + 1);
        segments = [...target.split('/'), ...rest];
        if (segments.length > 4 * 4096) return undefined;
        this.count(segments.length);
        if (target.startsWith('/')) node = this.root;
        i = -1;
        continue;
      }
      node = child;
    }
    return node;
  }

  /** Symlinks that wind through each other can make every path costly: the sum is bounded, not only each one. */
  private count(segments: number): void {
    this.steps += segments;
    if (this.steps <= this.limits.pathSteps) return;
    throw this.overLimit('pathSteps', 'symlinks that make paths too long to follow');
  }

  private whiteOut(entry: FileEntry, layer: number): void {
    const node = this.lookup(entry.path);
    if (!node) return;
    if (entry.whiteout === 'opaque') {
      const target = node.entry.type === 'symlink' ? this.resolve(entry.path) : node;
      for (const child of [...(target?.children?.values() ?? [])]) this.remove(child, layer, 'opaque');
    } else if (node !== this.root) this.remove(node, layer, 'whiteout');
  }

  private remove(node: RootNode, by: number, how: DeletedFile['how']): void {
    this.detach(node);
    this.noteDeleted(node, by, how);
    if (node.children) for (const child of this.nodes(node)) this.noteDeleted(child, by, how);
  }

  private detach(node: RootNode): void {
    if (node.children || node.entry.type === 'symlink') {
      this.parents.clear();
      this.latest = undefined;
    }
    node.parent?.children?.delete(lastSegment(node.path));
  }

  private noteDeleted(node: RootNode, by: number, how: DeletedFile['how']): void {
    node.names?.delete(node);
    if (node.entry.type === 'directory') return;
    this.deleted.push({ path: node.path, size: node.entry.size, layer: node.entry.layer, by, how });
  }

  /** The folder that holds a new entry: symlinks followed, missing parents made. Undefined where a parent cannot be a folder. */
  private parentFor(path: string, layer: number): RootNode | undefined {
    const cut = path.lastIndexOf('/');
    if (cut < 0) return this.root;
    // Neighbours in an archive mostly share their folder.
    if (this.latest?.path.length === cut && path.startsWith(this.latest.path)) return this.latest.folder;
    const parentPath = path.slice(0, cut);
    const known = this.parents.get(parentPath);
    if (known) {
      this.latest = { path: parentPath, folder: known };
      return known;
    }
    const parent = this.walk(parentPath, true, layer);
    if (!parent?.children) return undefined;
    this.parents.set(parentPath, parent);
    this.latest = { path: parentPath, folder: parent };
    return parent;
  }

  /** A folder that no entry names. */
  private imply(parent: RootNode, name: string, layer: number): RootNode {
    if (++this.implied > this.limits.entriesPerImage)
      throw this.overLimit('entriesPerImage', 'folders that no entry names');
    const path = parent.path ? `${parent.path}/${name}` : name;
    const entry: FileEntry = { path, type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, layer, mtime: 0 };
    const folder: RootNode = { path, entry, parent, children: new Map() };
    parent.children!.set(name, folder);
    return folder;
  }

  private place(entry: FileEntry, layer: number, source: { layer: number; entry: number }): RootNode | undefined {
    if (entry.path === '') {
      // Runtimes keep the folder that they unpack into, whatever an entry for it says.
      if (entry.type === 'directory') this.root.entry = { ...entry, layer };
      return undefined;
    }
    const parent = this.parentFor(entry.path, layer);
    if (!parent) {
      this.misplaced.push({ path: entry.path, layer, reason: 'its parent is not a folder' });
      return undefined;
    }
    const name = lastSegment(entry.path);
    const path = parent.path ? `${parent.path}/${name}` : name;
    const placed = entry.layer === layer && entry.path === path ? entry : { ...entry, layer, path };
    const old = parent.children!.get(name);
    if (old?.children && entry.type === 'directory') {
      old.entry = placed;
      old.source = source;
      return old;
    }
    if (old) this.remove(old, layer, 'overwritten');
    const node: RootNode = { path, entry: placed, parent, source };
    if (entry.type === 'directory') node.children = new Map();
    parent.children!.set(name, node);
    return node;
  }

  /** False where the target is missing, so far. */
  private link(entry: FileEntry, layer: number): boolean {
    const target = this.lookup(entry.linkname ?? '');
    if (!target?.source || target.children) return false;
    if (target.path === entry.path) return true;
    const shared = target.entry;
    const node = this.place({ ...shared, path: entry.path }, layer, target.source);
    if (!node) return true;
    node.entry.linkname ??= shared.type === 'symlink' ? shared.linkname! : target.path;
    // Content that AUFS kept aside is unpacked anew for each name, with the owner and mode that it has there.
    if (shared.type === 'symlink' || target.path.startsWith(`${aufsLinks}/`)) return true;
    const names = target.names ?? new Set([target]);
    target.names = node.names = names.add(node);
    const capability = entry.capability ?? this.changed.get(names)?.capability ?? shared.capability;
    this.changed.set(names, { ...entry, ...(capability === undefined ? {} : { capability }) });
    return true;
  }

  /** A runtime gives the file the owner and mode of each hardlink's header as it comes to it: the last one holds for all names. */
  private settleNames(): void {
    for (const [names, { mode, uid, gid, capability }] of this.changed) {
      for (const node of names) {
        const { entry } = node;
        if (mode !== entry.mode || uid !== entry.uid || gid !== entry.gid || capability !== entry.capability)
          node.entry = { ...entry, mode, uid, gid, ...(capability === undefined ? {} : { capability }) };
      }
    }
    this.changed.clear();
  }

  private overLimit(name: 'pathSteps' | 'entriesPerImage', why: string): SourceError {
    return pastLimit(`the root filesystem goes past the limit ${name} (${this.limits[name]}) with ${why}`, name);
  }
}

/** AUFS kept hardlinked content here; runtimes resolve links into it and unpack nothing else of it. */
const aufsLinks = '.wh..wh.plnk';
