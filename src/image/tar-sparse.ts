/**
 * Sparse files: archives store their data and a map of where it goes; runtimes write the holes out as zeros
 * (GNU tar manual, "Storing Sparse Files": the old GNU format, and pax versions 0.0, 0.1 and 1.0).
 */
import { SourceError } from '../types.ts';
import type { ExtendedHeaders } from './tar-extended.ts';
import { isGnu, number } from './tar-fields.ts';

/** How an entry's map is written. `before`: in the entry's own content, before the data. */
export type SparseMap = 'gnu' | 'pax' | 'before';

/** Undefined for an ordinary entry: records alone, without a version or a map, make none sparse. */
export function sparseMapOf(flag: string, extended: ExtendedHeaders): SparseMap | undefined {
  if (flag === 'S') return 'gnu';
  const version = `${extended.paxText('GNU.sparse.major')}.${extended.paxText('GNU.sparse.minor')}`;
  if (version === '1.0') return 'before';
  if (version === '0.0' || version === '0.1') return 'pax';
  return version === '.' && extended.pax('GNU.sparse.map') ? 'pax' : undefined;
}

/** Size of the whole file. */
export function sparseSize(map: SparseMap, block: Buffer, stored: number, extended: ExtendedHeaders, what: string) {
  if (map === 'gnu') {
    if (!isGnu(block)) throw damaged(what);
    return number(block, 483, 12);
  }
  const size = extended.integer('GNU.sparse.size', what) ?? extended.integer('GNU.sparse.realsize', what);
  return size === undefined ? stored : Number(size);
}

/** Takes stored bytes and hands on the file's. */
export class SparseContent {
  private readonly regions: { offset: number; length: number }[] = [];
  private next = 0;
  /** Bytes of the file handed on. */
  private position = 0;
  /** Bytes of a map before the data: read, the number being read, and numbers wanted. */
  private mapRead = 0;
  private digits = '';
  private numbers: number[] = [];
  private wanted: number;

  constructor(
    map: SparseMap,
    private readonly size: number,
    private readonly mapBytes: number,
    private readonly what: string,
    private readonly out: (chunk: Uint8Array) => void,
  ) {
    this.wanted = map === 'before' ? 1 : 0;
  }

  /** The map of pax versions 0.0 and 0.1. */
  addPax(extended: ExtendedHeaders): void {
    const list = extended.paxText('GNU.sparse.map').split(',');
    const numbers = list.length === 1 && list[0] === '' ? [] : list.map((text) => this.decimal(text));
    if (numbers.length !== 2 * Number(extended.integer('GNU.sparse.numblocks', this.what) ?? -1n))
      throw damaged(this.what);
    for (let i = 0; i < numbers.length; i += 2) this.add(numbers[i]!, numbers[i + 1]!);
  }

  /** Entries of an old GNU header or of a block behind it, each an offset and a length of twelve bytes. */
  addGnu(block: Buffer, from: number, count: number): void {
    for (let at = from; at < from + 24 * count && block[at] !== 0; at += 24)
      this.add(number(block, at, 12), number(block, at + 12, 12));
    this.mapRead += 512;
    if (this.mapRead > this.mapBytes) throw damaged(this.what);
  }

  write(chunk: Buffer): void {
    let at = this.wanted > 0 || this.mapRead % 512 !== 0 ? this.readMap(chunk) : 0;
    while (at < chunk.length) {
      const region = this.regions[this.next];
      if (!region) throw damaged(this.what);
      this.fill(region.offset);
      const piece = chunk.subarray(at, at + region.offset + region.length - this.position);
      if (piece.length > 0) this.out(piece);
      at += piece.length;
      this.position += piece.length;
      if (this.position === region.offset + region.length) this.next++;
    }
  }

  /** After the last stored byte. */
  end(): void {
    while (this.regions[this.next]?.length === 0) this.next++;
    if (this.wanted > 0 || this.next < this.regions.length) throw damaged(this.what);
    this.fill(this.size);
  }

  /** Decimal numbers, a line each: how many regions, then offset and length of each; padded to a whole block. */
  private readMap(chunk: Buffer): number {
    let at = 0;
    for (; at < chunk.length && (this.wanted > 0 || this.mapRead % 512 !== 0); at++) {
      if (++this.mapRead > this.mapBytes) throw damaged(this.what);
      if (this.wanted === 0) continue;
      if (chunk[at] !== 0x0a) {
        this.digits += String.fromCharCode(chunk[at]!);
        if (this.digits.length > 20) throw damaged(this.what);
        continue;
      }
      this.numbers.push(this.decimal(this.digits));
      this.digits = '';
      if (this.numbers.length === 1) this.wanted = 1 + 2 * this.numbers[0]!;
      else if (this.numbers.length % 2 === 1) this.add(this.numbers.at(-2)!, this.numbers.at(-1)!);
      if (this.numbers.length === this.wanted) this.wanted = 0;
    }
    return at;
  }

  private decimal(text: string): number {
    const value = /^\+?\d{1,19}$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value)) throw damaged(this.what);
    return value;
  }

  private add(offset: number, length: number): void {
    const last = this.regions.at(-1);
    const free = last ? last.offset + last.length : 0;
    if (!(offset >= free && length >= 0 && offset + length <= this.size)) throw damaged(this.what);
    this.regions.push({ offset, length });
  }

  private fill(to: number): void {
    while (this.position < to) {
      const piece = zeros.subarray(0, Math.min(zeros.length, to - this.position));
      this.out(piece);
      this.position += piece.length;
    }
  }
}

const zeros = new Uint8Array(1 << 16);

function damaged(what: string): SourceError {
  return new SourceError(`${what} has a sparse file with a damaged map; pull or save the image again`);
}
