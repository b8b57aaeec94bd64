/** Programs that carry the list of what they were built from: Go's build information, and cargo-auditable's crates. */
import type { ContentSink, LayerCollector } from '../../image/collector.ts';
import { type ElfLayout, readLayout, type Segment, tailSection } from './elf-layout.ts';
import {
  type BuildInfoPointers,
  buildInfoMagic,
  goPackages,
  modulesBegin,
  modulesLength,
  pointer,
  readBuildInfo,
} from './go-build.ts';
import type { Manifest } from './manifest.ts';
import { rustPackages } from './rust-audit.ts';

/** Smaller programs hold no run time of either language. */
const leastBytes = 64 << 10;
const headBytes = 4096;
/** Kept of a file: build information, and what lies behind the loaded parts. */
const mostInfo = 1 << 20;
const mostTail = 8 << 20;
/** Places that might be the version of an older Go. */
const mostVersions = 256;
const versionWord = Buffer.from('go1.1');

export const binariesCollector: LayerCollector<Manifest> = {
  id: 'language-binaries',
  version: 1,
  wants: ({ type, size, mode }) =>
    type === 'file' && (mode & 0o111) !== 0 && size >= leastBytes
      ? { kind: 'stream', open: (entry) => new BinarySink(entry.size) }
      : undefined,
  take: () => undefined,
};

/** Goes forward only: what is wanted is found as it passes, and no file is held whole. */
class BinarySink implements ContentSink {
  private readonly head: Buffer;
  private position = 0;
  private layout: ElfLayout | undefined;
  private info: Capture | undefined;
  private tail: Capture | undefined;
  /** Of programs with Go's note alone: older ones have their texts before the blob that points to them. */
  private modules: Capture | undefined;
  private readonly versions = new Map<number, string>();
  private carry: Buffer = Buffer.alloc(0);

  constructor(private readonly size: number) {
    this.head = Buffer.allocUnsafe(Math.min(size, headBytes));
  }

  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const from = this.position;
    this.position += bytes.length;
    if (from < this.head.length) {
      bytes.copy(this.head, from, 0, Math.min(bytes.length, this.head.length - from));
      if (this.position < this.head.length) return;
      this.layout = readLayout(this.head);
      if (this.layout && from > 0) this.pass(this.head.subarray(0, from), 0);
    }
    if (this.layout) this.pass(bytes, from);
  }

  end(): Manifest | undefined {
    if (!this.layout) return undefined;
    const info = this.info && readBuildInfo(this.info.bytes());
    if (info) {
      const [version, modules] = 'texts' in info ? info.texts : this.follow(info, this.layout);
      return goPackages(version, modules);
    }
    const section = this.tail && tailSection(this.tail.bytes(), this.layout, '.dep-v0');
    return section && rustPackages(section);
  }

  private pass(bytes: Buffer, from: number): void {
    const layout = this.layout!;
    for (const segment of layout.segments) {
      if (segment.executable || segment.offset >= from + bytes.length || segment.offset + segment.bytes <= from)
        continue;
      const start = Math.max(0, segment.offset - from);
      const part = bytes.subarray(start, segment.offset + segment.bytes - from);
      this.look(part, from + start, segment);
    }
    this.info?.write(bytes, from);
    this.modules?.write(bytes, from);
    if (this.info || this.size - layout.tail > mostTail || from + bytes.length <= layout.tail) return;
    this.tail ??= new Capture(layout.tail, Math.max(0, this.size - layout.tail));
    this.tail.write(bytes, from);
  }

  /** Words may be cut by the end of a chunk: a little of each is kept for the next. */
  private look(part: Buffer, from: number, segment: Segment): void {
    const reach = 32;
    const seam = from > segment.offset && this.carry.length > 0;
    if (seam) this.search(Buffer.concat([this.carry, part.subarray(0, reach)]), from - this.carry.length, segment);
    this.search(part, from, segment);
    this.carry = Buffer.from(part.subarray(-reach));
  }

  private search(bytes: Buffer, from: number, { writable }: Segment): void {
    if (writable && !this.info) {
      for (let at = bytes.indexOf(buildInfoMagic); at >= 0; at = bytes.indexOf(buildInfoMagic, at + 1)) {
        if ((from + at) % 16 !== 0) continue;
        this.info = new Capture(from + at, mostInfo);
        this.info.write(bytes, from);
        return;
      }
    }
    if (!this.layout!.go || writable) return;
    const at = this.modules ? -1 : bytes.indexOf(modulesBegin);
    if (at >= 0) {
      this.modules = new Capture(from + at, mostInfo);
      this.modules.write(bytes, from);
    }
    for (let v = bytes.indexOf(versionWord); v >= 0; v = bytes.indexOf(versionWord, v + 1))
      if (this.versions.size < mostVersions) this.versions.set(from + v, bytes.toString('latin1', v, v + 24));
  }

  /** The blob points to two string headers behind it, and they to texts that have passed already. */
  private follow({ version, modules, size, big }: BuildInfoPointers, layout: ElfLayout): [string, string] {
    const info = this.info!;
    const header = (address: number): [offset: number, length: number] => {
      const at = offsetOf(layout, address) - info.from;
      const held = info.bytes();
      return [offsetOf(layout, pointer(held, at, size, big)), pointer(held, at + size, size, big)];
    };
    const [versionAt, versionLength] = header(version);
    const [modulesAt, length] = header(modules);
    const text = this.versions.get(versionAt)?.slice(0, versionLength) ?? '';
    if (this.modules?.from !== modulesAt) return [text, ''];
    const list = this.modules.bytes();
    return [text, list.toString('latin1', 0, Math.min(length, modulesLength(list)))];
  }
}

function offsetOf({ segments }: ElfLayout, address: number): number {
  const segment = segments.find((one) => address >= one.address && address < one.address + one.bytes);
  return segment ? address - segment.address + segment.offset : -1;
}

/** A part of a file from one place on, as much of it as passes up to a limit; pieces seen twice count once. */
class Capture {
  private readonly parts: Buffer[] = [];
  private have = 0;

  constructor(
    readonly from: number,
    private readonly most: number,
  ) {}

  write(bytes: Buffer, at: number): void {
    const start = this.from + this.have - at;
    if (start < 0 || start >= bytes.length || this.have >= this.most) return;
    const part = Buffer.from(bytes.subarray(start, start + this.most - this.have));
    this.parts.push(part);
    this.have += part.length;
  }

  bytes(): Buffer {
    if (this.parts.length > 1) this.parts.splice(0, this.parts.length, Buffer.concat(this.parts));
    return this.parts[0] ?? Buffer.alloc(0);
  }
}
