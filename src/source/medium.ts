/** A set of named files that may hold images: an archive on disk, an archive that streamed past, a folder. */
import type { LayerContent } from '../image/model.ts';
import { cleanPath } from '../image/paths.ts';
import type { StatusEntry } from '../types.ts';

/** Names are clean paths relative to the medium’s root. */
export interface Medium {
  /** As the user wrote it; begins messages. */
  name: string;
  /** Names of files and links. A folder lists only what tells its format. */
  names(): Iterable<string>;
  has(name: string): boolean | Promise<boolean>;
  /** A small file. Undefined where there is none. @throws SourceError past the document limit. */
  document(name: string): Promise<Uint8Array | undefined>;
  /** A layer. Undefined where there is none. @throws SourceError where it was read and is no layer. */
  layer(name: string): LayerContent | undefined | Promise<LayerContent | undefined>;
  status: StatusEntry[];
}

/** Entries of an archive by name, with links looked through. The last entry of a name counts, as when it is extracted. */
export class NameTable<T> {
  private readonly entries = new Map<string, { value: T } | { link: string }>();
  private readonly earlier = new Map<string, T[]>();

  add(name: string, value: T): void {
    const old = this.entries.get(name);
    if (old && 'value' in old) {
      const list = this.earlier.get(name) ?? [];
      if (list.length < 8) list.push(old.value);
      this.earlier.set(name, list);
    }
    this.entries.set(name, { value });
  }

  /** A hardlink names its target from the archive's root, a symlink from its own folder (Docker writes `ID/layer.tar -> ../OTHER/layer.tar`). */
  addLink(name: string, linkname: string, symbolic: boolean): void {
    const folder = name.includes('/') ? name.slice(0, name.lastIndexOf('/') + 1) : '';
    const { path, escaped } = cleanPath(symbolic && !linkname.startsWith('/') ? folder + linkname : linkname);
    if (!escaped && path !== name) this.entries.set(name, { link: path });
  }

  get(name: string): T | undefined {
    const entry = this.follow(name);
    return entry === undefined ? undefined : this.valueOf(entry);
  }

  /** Values that later entries of the same name replaced: the first eight, since tools take either the first or the last. */
  replaced(name: string): T[] {
    const entry = this.follow(name);
    return entry === undefined ? [] : (this.earlier.get(entry) ?? []);
  }

  names(): Iterable<string> {
    return this.entries.keys();
  }

  private valueOf(name: string): T | undefined {
    const entry = this.entries.get(name);
    return entry && 'value' in entry ? entry.value : undefined;
  }

  private follow(name: string): string | undefined {
    let at = name;
    for (let hops = 0; hops < 16; hops++) {
      const entry = this.entries.get(at);
      if (!entry) return undefined;
      if ('value' in entry) return at;
      at = entry.link;
    }
    return undefined;
  }
}

/** A name as a manifest writes it, made comparable; undefined where it leads out of the medium. */
export function mediumPath(prefix: string, name: string): string | undefined {
  const { path, escaped } = cleanPath(name);
  return escaped || path === '' ? undefined : prefix + path;
}
