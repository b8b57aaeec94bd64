/**
 * A push parser for tar streams: v7, ustar (POSIX.1-1988), pax (POSIX.1-2001), GNU long names and sparse files.
 * It stops at the end marker as runtimes do, so nothing can hide in a second archive behind it.
 */
import { SourceError } from '../types.ts';
import { type Limits, pastLimit } from './limits.ts';
import { ExtendedHeaders, extendedFlags } from './tar-extended.ts';
import { isZeroBlock, number, permissions, validChecksum } from './tar-fields.ts';
import { SparseContent, sparseMapOf, sparseSize } from './tar-sparse.ts';

/** Kinds of entries that runtimes unpack. */
export type TarType = 'file' | 'hardlink' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

/** One entry’s header, as the runtimes that unpack images understand it. */
export interface TarHeader {
  /** As written, pax and GNU long names applied. */
  name: string;
  type: TarType;
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of the file; of a sparse file with its holes. */
  size: number;
  mtime: number;
  linkname: string;
  /** A file with so many holes that its content is not delivered. */
  sparse: boolean;
  /** `security.capability` xattr, raw bytes; cut where it is longer than any that the kernel takes. */
  capability?: Uint8Array;
}

/** Told of each entry as it passes. */
export interface TarHandler {
  /** Answers whether the content is wanted; where not, it is skipped without a call. */
  entry(header: TarHeader): boolean;
  /** A piece of the wanted content; valid during the call only. */
  data(chunk: Uint8Array): void;
  /** After the last byte of a wanted entry. */
  entryEnd(): void;
}

const BLOCK = 512;
const types: Record<string, TarType> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  D: 'directory',
  '6': 'fifo',
};
/** Entries of these kinds have no content, whatever their size field says. */
const headerOnly = new Set(['1', '2', '3', '4', '5', '6']);
/** XATTR_CAPS_SZ_3 is 24 (linux/capability.h); more is only kept to be seen as wrong. */
const capabilityBytes = 64;

type State = 'header' | 'content' | 'padding' | 'extended' | 'sparse-map' | 'done';

/** Feed it bytes with `push`, in chunks of any size; it calls the handler. */
export class TarParser {
  /** Bytes after the end marker that are not zero: no runtime reads them. */
  trailing = 0;
  /** Entries of a kind that no runtime unpacks; they are passed over. */
  unknown = 0;
  private state: State = 'header';
  /** Bytes left of the current content, extended header or padding. */
  private left = 0;
  private padding = 0;
  private wanted = false;
  private sparse: SparseContent | undefined;
  /** Bytes of holes delivered so far. */
  private holes = 0;
  private partial = Buffer.allocUnsafe(BLOCK);
  private have = 0;
  private zeroBlocks = 0;
  private collected: Buffer[] = [];
  private extendedFlag = '';
  private extendedBytes = 0;
  private readonly extended = new ExtendedHeaders();
  private headers = 0;

  constructor(
    private readonly handler: TarHandler,
    private readonly limits: Limits,
    /** What the stream is, for messages: `layer 3`. */
    private readonly what: string,
  ) {}

  /** Feeds the next bytes. @throws SourceError on a malformed or over-limit archive. */
  push(chunk: Uint8Array): void {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < buffer.length) {
      switch (this.state) {
        case 'header':
        case 'sparse-map': {
          let block: Buffer;
          if (this.have === 0 && buffer.length - at >= BLOCK) {
            block = buffer.subarray(at, at + BLOCK);
            at += BLOCK;
          } else {
            const take = Math.min(BLOCK - this.have, buffer.length - at);
            buffer.copy(this.partial, this.have, at, at + take);
            this.have += take;
            at += take;
            if (this.have < BLOCK) return;
            this.have = 0;
            block = this.partial;
          }
          if (this.state === 'header') this.header(block);
          else this.sparseMap(block);
          break;
        }
        case 'content': {
          const take = Math.min(this.left, buffer.length - at);
          if (this.sparse) this.sparse.write(buffer.subarray(at, at + take));
          else if (this.wanted) this.handler.data(buffer.subarray(at, at + take));
          at += take;
          this.left -= take;
          if (this.left === 0) this.endContent();
          break;
        }
        case 'extended': {
          const take = Math.min(this.left, buffer.length - at);
          this.collected.push(Buffer.from(buffer.subarray(at, at + take)));
          at += take;
          this.left -= take;
          if (this.left === 0) this.endExtended();
          break;
        }
        case 'padding': {
          const take = Math.min(this.left, buffer.length - at);
          at += take;
          this.left -= take;
          if (this.left === 0) this.state = 'header';
          break;
        }
        default:
          if (this.trailing === 0 && isZero(buffer, at)) return;
          this.trailing += buffer.length - at;
          return;
      }
    }
  }

  /** Call after the last byte. @throws SourceError when the archive was cut off. */
  end(): void {
    if (this.state === 'done' || (this.state === 'header' && this.have === 0)) return;
    if (this.state === 'padding') return;
    throw new SourceError(`${this.what} is cut off in the middle of a tar entry; pull or save the image again`);
  }

  private header(block: Buffer): void {
    if (isZeroBlock(block)) {
      if (++this.zeroBlocks === 2) this.state = 'done';
      return;
    }
    // A lone zero block ends the archive for GNU tar and is an error for Go: nothing behind it is ever unpacked.
    if (this.zeroBlocks === 1) {
      this.state = 'done';
      this.trailing += BLOCK;
      return;
    }
    if (!validChecksum(block)) {
      throw new SourceError(
        `${this.what} is not a tar archive: the header of entry ${this.headers + 1} has a wrong checksum; pull or save the image again`,
      );
    }
    if (++this.headers > this.limits.entriesPerLayer * 2) throw this.overLimit('entriesPerLayer');
    const flag = String.fromCharCode(block[156]!);
    const size = this.checked(number(block, 124, 12));
    if (!extendedFlags.has(flag)) {
      this.member(block, flag, this.checked(this.extended.sizeOf(size, this.what)));
      return;
    }
    this.extendedBytes += size;
    if (size > this.limits.extendedHeaderBytes || this.extendedBytes > this.limits.extendedHeaderBytes * 2) {
      throw this.overLimit('extendedHeaderBytes');
    }
    this.extendedFlag = flag;
    this.collected = [];
    this.left = size;
    this.padding = pad(size);
    if (size === 0) this.endExtended();
    else this.state = 'extended';
  }

  private member(block: Buffer, flag: string, size: number): void {
    const { extended, what } = this;
    const map = sparseMapOf(flag, extended);
    const name = (map && map !== 'gnu' && extended.paxText('GNU.sparse.name')) || extended.nameOf(block);
    let type = types[flag];
    // Early archives mark a folder by its name alone.
    if (flag === '\0' && name.endsWith('/')) type = 'directory';
    const stored = headerOnly.has(flag) || (flag === '\0' && type === 'directory') ? 0 : size;
    const real = map ? this.checked(sparseSize(map, block, stored, extended, what)) : stored;
    this.left = stored;
    this.padding = pad(stored);
    this.wanted = false;
    this.sparse = undefined;
    const withheld = map !== undefined && !this.fillable(real - stored);
    if (type === undefined) this.unknown++;
    else {
      const capability = extended.pax('SCHILY.xattr.security.capability');
      const wanted = this.handler.entry({
        name,
        type,
        mode: permissions(block),
        uid: extended.ownerOf('uid', block, what),
        gid: extended.ownerOf('gid', block, what),
        size: real,
        mtime: Math.trunc(Number(extended.paxText('mtime') || number(block, 136, 12))) || 0,
        linkname: extended.linkOf(block),
        sparse: withheld,
        ...(capability ? { capability: capability.subarray(0, capabilityBytes) } : {}),
      });
      this.wanted = wanted && !withheld;
    }
    if (this.wanted && map) {
      this.holes += Math.max(0, real - stored);
      this.sparse = new SparseContent(map, real, this.limits.extendedHeaderBytes, what, (chunk) =>
        this.handler.data(chunk),
      );
      if (map === 'gnu') this.sparse.addGnu(block, 386, 4);
      else if (map === 'pax') this.sparse.addPax(extended);
    }
    extended.clear();
    this.extendedBytes = 0;
    if (map === 'gnu' && block[482] !== 0) this.state = 'sparse-map';
    else this.beginContent();
  }

  /** Blocks of an old GNU sparse map that stand between header and content. */
  private sparseMap(block: Buffer): void {
    this.sparse?.addGnu(block, 0, 21);
    if (block[504] === 0) this.beginContent();
  }

  private beginContent(): void {
    this.state = 'content';
    if (this.left === 0) this.endContent();
  }

  private endContent(): void {
    this.sparse?.end();
    this.sparse = undefined;
    if (this.wanted) this.handler.entryEnd();
    this.wanted = false;
    this.toPadding();
  }

  private toPadding(): void {
    this.left = this.padding;
    this.state = this.left > 0 ? 'padding' : 'header';
  }

  private endExtended(): void {
    this.extended.take(this.extendedFlag, Buffer.concat(this.collected), this.what);
    this.collected = [];
    this.toPadding();
  }

  /** Holes cost the archive nothing and the reader time: so many for one file and for a layer, and no more. */
  private fillable(holes: number): boolean {
    const { wholeFileBytes } = this.limits;
    return holes <= wholeFileBytes && this.holes + holes <= 4 * wholeFileBytes;
  }

  private checked(size: number): number {
    if (Number.isSafeInteger(size) && size >= 0) return size;
    throw new SourceError(`${this.what} has an entry of impossible size; the archive is damaged`);
  }

  private overLimit(name: 'entriesPerLayer' | 'extendedHeaderBytes'): SourceError {
    return pastLimit(`${this.what} goes past the limit ${name} (${this.limits[name]})`, name);
  }
}

function pad(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function isZero(buffer: Buffer, from: number): boolean {
  for (let i = from; i < buffer.length; i++) if (buffer[i] !== 0) return false;
  return true;
}
