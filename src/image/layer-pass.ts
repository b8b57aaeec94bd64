/** The one streaming pass over a layer: every collector sees each entry once. */
import type { FileEntry, SourceError, StatusEntry } from '../types.ts';
import type { LayerCollector, LayerFact, Want } from './collector.ts';
import { contentTaker, type Taker } from './content-taker.ts';
import { type Limits, pastLimit } from './limits.ts';
import { cleanPath, pathDepth, whiteout } from './paths.ts';
import type { TarHandler, TarHeader } from './tar.ts';

/** Feed it tar headers and content (or a folder's); `result` is plain data. */
export class LayerPass implements TarHandler {
  readonly entries: FileEntry[] = [];
  readonly facts: Record<string, LayerFact[]> = {};
  readonly failed: Record<string, string> = {};
  /** Each message goes on from the layer's name: `has 3 bytes behind its end marker`. */
  readonly status: StatusEntry[] = [];
  /** Bytes of files that were kept whole: what the facts may weigh. */
  wholeBytes = 0;
  private takers: Taker[] = [];
  private escapes = 0;
  private sparseUnread = 0;
  private nameBytes = 0;
  private readonly collectors: readonly LayerCollector[];
  private readonly wholeLeft = new Map<string, number>();

  constructor(
    collectors: readonly LayerCollector[],
    private readonly limits: Limits,
    private readonly what: string,
  ) {
    this.collectors = collectors.map((collector) => collector.begin?.() ?? collector);
    for (const collector of collectors) this.facts[collector.id] = [];
  }

  entry(header: TarHeader): boolean {
    const entry = this.place(header);
    if (!entry) return false;
    if (this.entries.length >= this.limits.entriesPerLayer) throw this.overLimit('entriesPerLayer');
    this.nameBytes += entry.path.length + (entry.linkname?.length ?? 0);
    if (this.nameBytes > this.limits.nameBytes) throw this.overLimit('nameBytes');
    this.entries.push(entry);
    if (entry.whiteout) return false;
    this.takers = [];
    for (const collector of this.collectors) {
      const want = this.ask(collector, entry);
      if (!want) continue;
      if (header.sparse) {
        this.sparseUnread++;
        this.take(collector, entry, new Uint8Array(0), true);
      } else if (want.kind === 'header' || entry.type !== 'file' || entry.size === 0) {
        if (want.kind === 'stream') this.finishSink(collector, entry, want);
        else this.take(collector, entry, new Uint8Array(0), false);
      } else if (want.kind !== 'whole' || this.affords(collector, Math.min(want.limit, entry.size)))
        this.takers.push(contentTaker(want, collector, entry, this.limits));
    }
    return this.takers.length > 0;
  }

  data(chunk: Uint8Array): void {
    for (const taker of this.takers) {
      try {
        taker.write(chunk);
      } catch (error) {
        this.fail(taker.collector, error);
        this.takers = this.takers.filter((other) => other !== taker);
      }
    }
  }

  entryEnd(): void {
    for (const taker of this.takers) {
      try {
        this.note(taker.collector, taker.entry, taker.end());
      } catch (error) {
        this.fail(taker.collector, error);
      }
    }
    this.takers = [];
  }

  /** Call once after the last entry, with what the archive's reader passed over. */
  finish(passedOver: { trailing: number; unknown: number }): void {
    const { trailing, unknown } = passedOver;
    if (this.escapes > 0)
      this.say(
        'warning',
        `has ${this.escapes} name(s) with ".." that leave the root filesystem; they were held inside it`,
      );
    if (trailing > 0)
      this.say(
        'warning',
        `has ${trailing} bytes behind its end marker; no runtime unpacks them and they were not read`,
      );
    if (unknown > 0)
      this.say(
        'warning',
        `has ${unknown} entr${unknown === 1 ? 'y' : 'ies'} of a kind that no runtime unpacks; left out`,
      );
    if (this.sparseUnread > 0)
      this.say('warning', 'has sparse files that are nearly all hole; their content was not read');
  }

  private place(header: TarHeader): FileEntry | undefined {
    if (longer(header.name, this.limits.pathBytes)) throw this.overLimit('pathBytes');
    if (longer(header.linkname, this.limits.pathBytes)) throw this.overLimit('pathBytes');
    const { path, escaped } = cleanPath(header.name);
    if (escaped) this.escapes++;
    if (path.length > 200 && pathDepth(path) > this.limits.pathDepth) throw this.overLimit('pathDepth');
    const marker = path.includes('.wh.') ? whiteout(path) : undefined;
    if (marker === 'ignore') return undefined;
    const entry: FileEntry = {
      path: marker ? marker.path : path,
      type: header.type,
      mode: header.mode,
      uid: header.uid,
      gid: header.gid,
      size: header.type === 'file' ? header.size : 0,
      layer: 0,
      mtime: header.mtime,
    };
    if (marker) {
      entry.whiteout = marker.whiteout!;
      entry.size = 0;
    } else if (header.type === 'symlink') entry.linkname = header.linkname;
    else if (header.type === 'hardlink') entry.linkname = cleanPath(header.linkname).path;
    if (header.capability) entry.capability = Buffer.from(header.capability).toString('base64');
    return entry;
  }

  /** Files kept whole become facts that live as long as the run: so many bytes for each collector, and no more. */
  private affords(collector: LayerCollector, bytes: number): boolean {
    const most = this.limits.wholeFileBytes;
    const wanted = Math.min(bytes, most);
    const left = (this.wholeLeft.get(collector.id) ?? most) - wanted;
    if (left < 0) {
      this.fail(
        collector,
        new Error(
          `its files in this layer are larger than ${most} bytes together; raise that with --limit wholeFileBytes=N`,
        ),
      );
      return false;
    }
    this.wholeLeft.set(collector.id, left);
    this.wholeBytes += wanted;
    return true;
  }

  private ask(collector: LayerCollector, entry: FileEntry): Want | undefined {
    try {
      return collector.wants(entry);
    } catch (error) {
      this.fail(collector, error);
      return undefined;
    }
  }

  private take(collector: LayerCollector, entry: FileEntry, bytes: Uint8Array, truncated: boolean): void {
    try {
      this.note(collector, entry, collector.take(entry, { bytes, truncated }));
    } catch (error) {
      this.fail(collector, error);
    }
  }

  private finishSink(collector: LayerCollector, entry: FileEntry, want: Extract<Want, { kind: 'stream' }>): void {
    try {
      this.note(collector, entry, want.open(entry).end());
    } catch (error) {
      this.fail(collector, error);
    }
  }

  private fail(collector: LayerCollector, error: unknown): void {
    this.failed[collector.id] ??= error instanceof Error ? error.message : String(error);
  }

  /** Of the latest entry. */
  private note(collector: LayerCollector, entry: FileEntry, data: unknown): void {
    if (data !== undefined) this.facts[collector.id]!.push({ path: entry.path, entry: this.entries.length - 1, data });
  }

  private say(level: StatusEntry['level'], message: string): void {
    this.status.push({ part: 'layer', level, message });
  }

  private overLimit(name: keyof Limits): SourceError {
    return pastLimit(`${this.what} goes past the limit ${name} (${this.limits[name]})`, name);
  }
}

/** Whether a text is longer than so many bytes, without counting those of every name. */
function longer(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}
