/**
 * Finds credentials in bytes: a keyword filter over everything, and a bounded look around each keyword.
 * Text, UTF-16, printable strings of binary files (provider formats alone), base64 one level deep.
 */
import { type Encoding, narrow, sniff } from './encoding.ts';
import { FileScan, lookAhead, lookBack, type ScanLimits } from './file-scan.ts';
import type { FileHint, RawMatch } from './format.ts';

export interface ScannerOptions {
  /** Matches of one file, and of one format in it. */
  maxHitsPerFile?: number;
  maxHitsPerFormat?: number;
  /** Bytes of one file that are looked at. */
  maxBytes?: number;
  /** Kilobytes that the candidates of one file may have read again. */
  maxWork?: number;
}

export interface SecretStream {
  /** Chunks may be of any size and are not kept. */
  write(chunk: Uint8Array): void;
  end(): RawMatch[];
  /** A limit was met: the file was not looked at to its end. */
  readonly cut: boolean;
}

/** What is kept while a stream passes, and the least that is looked at together. */
const block = 128 * 1024;

export class SecretScanner {
  /** The last file that `scan` was given met a limit, and was not looked at to its end. */
  cut = false;
  /** It had the beginning of an armoured block, such as a key. */
  armour = false;
  private readonly limits: ScanLimits;
  private readonly maxBytes: number;

  constructor(options: ScannerOptions = {}) {
    this.limits = {
      maxHitsPerFile: options.maxHitsPerFile ?? 200,
      maxHitsPerFormat: options.maxHitsPerFormat ?? 50,
      maxWork: options.maxWork ?? 50_000,
    };
    this.maxBytes = options.maxBytes ?? 64 * 2 ** 20;
  }

  /** All of a file at once. */
  scan(bytes: Uint8Array, hint: FileHint = {}): RawMatch[] {
    this.cut = bytes.length > this.maxBytes;
    const part = this.cut ? bytes.subarray(0, this.maxBytes) : bytes;
    const { encoding, skip } = sniff(part);
    const text = decode(part.subarray(skip), encoding);
    const scan = new FileScan(this.limits, hint, viaOf(encoding));
    scan.process(text, 0, 0, text.length);
    this.cut ||= scan.cut;
    this.armour = scan.armour;
    return widen(scan.end(), encoding, skip);
  }

  /** A file that comes in pieces; memory stays the same however long it is. */
  stream(hint: FileHint = {}): SecretStream {
    return new Stream(this.limits, this.maxBytes, hint);
  }
}

class Stream implements SecretStream {
  private scan: FileScan | undefined;
  private encoding: Encoding = 'text';
  private skip = 0;
  private taken = 0;
  private tooLong = false;
  private odd: Uint8Array | undefined;
  /** What is held: bytes [base, base + held) of the text. */
  private buffer = Buffer.allocUnsafe(0);
  private base = 0;
  private held = 0;
  /** Keywords that begin before this place of the text have been looked at. */
  private done = 0;

  constructor(
    private readonly limits: ScanLimits,
    private readonly maxBytes: number,
    private readonly hint: FileHint,
  ) {}

  get cut(): boolean {
    return this.tooLong || (this.scan?.cut ?? false);
  }

  write(chunk: Uint8Array): void {
    const room = this.maxBytes - this.taken;
    if (chunk.length > room) this.tooLong = true;
    const part = chunk.subarray(0, Math.max(0, room));
    this.taken += part.length;
    if (part.length === 0) return;
    if (this.scan) this.hold(this.decode(part));
    else this.hold(part);
    if (this.held >= block) this.work(false);
  }

  end(): RawMatch[] {
    this.work(true);
    return widen(this.scan!.end(), this.encoding, this.skip);
  }

  private hold(part: Uint8Array): void {
    const wanted = this.held + part.length;
    if (wanted > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(wanted, Math.min(2 * this.buffer.length, 2 * block), 4096));
      larger.set(this.buffer.subarray(0, this.held));
      this.buffer = larger;
    }
    this.buffer.set(part, this.held);
    this.held = wanted;
  }

  private work(last: boolean): void {
    if (!this.scan) this.begin();
    const end = last ? this.held : this.held - lookAhead;
    const text = this.buffer.subarray(0, this.held);
    if (end > this.done - this.base || last) {
      this.scan!.process(text, this.base, this.done - this.base, end);
      this.done = this.base + end;
    }
    if (last) return;
    const from = Math.max(0, this.done - this.base - lookBack);
    this.scan!.forget(text, this.base, this.base + from);
    // Others may still look at what was handed out: it is copied, not moved within.
    this.buffer.copyWithin(0, from, this.held);
    this.held -= from;
    this.base += from;
  }

  /** The first block is together, or all there is: it tells the encoding. */
  private begin(): void {
    const head = this.buffer.subarray(0, this.held);
    const { encoding, skip } = sniff(head);
    this.encoding = encoding;
    this.skip = skip;
    this.scan = new FileScan(this.limits, this.hint, viaOf(encoding));
    if (encoding === 'text' || encoding === 'binary') return;
    const raw = Buffer.from(head.subarray(skip));
    this.held = 0;
    this.hold(this.decode(raw));
  }

  /** Keeps an odd byte of UTF-16 for the next chunk. */
  private decode(part: Uint8Array): Uint8Array {
    if (this.encoding === 'text' || this.encoding === 'binary') return part;
    const whole = this.odd ? Buffer.concat([this.odd, part]) : part;
    const even = whole.length & ~1;
    this.odd = even < whole.length ? Uint8Array.from(whole.subarray(even)) : undefined;
    return narrow(whole.subarray(0, even), this.encoding);
  }
}

function decode(bytes: Uint8Array, encoding: Encoding): Buffer {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return narrow(bytes, encoding);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function viaOf(encoding: Encoding): RawMatch['via'] {
  return encoding === 'binary' ? 'binary' : encoding === 'text' ? undefined : 'utf-16';
}

/** Places of narrowed text as bytes of the file. */
function widen(matches: RawMatch[], encoding: Encoding, skip: number): RawMatch[] {
  if (encoding === 'text' || encoding === 'binary') return matches;
  return matches.map((match) => ({ ...match, start: match.start * 2 + skip, end: match.end * 2 + skip }));
}
