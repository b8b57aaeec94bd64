/** Reading forward through a file or a stream, in pieces of the reader's choosing. */
import type { FileHandle } from 'node:fs/promises';

/** Goes forward only. */
export interface ByteReader {
  /** Bytes passed so far. */
  readonly position: number;
  /** Up to `length` bytes; fewer only at the end. */
  read(length: number): Promise<Buffer>;
  /** The next bytes, at most `limit`, in whatever piece is at hand; undefined at the end. */
  chunk(limit: number): Promise<Buffer | undefined>;
  /** Passes over bytes; returns how many there were. */
  skip(length: number): Promise<number>;
}

/** Bytes read at once: a header is 512, and small entries stand close together. */
const windowBytes = 64 * 1024;

/** Reads a file by position: skipping costs nothing. */
export class FileReader implements ByteReader {
  position = 0;
  private window: Buffer = Buffer.alloc(0);
  private windowAt = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly size: number,
  ) {}

  async read(length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - this.position));
    const from = this.position - this.windowAt;
    if (from < 0 || from + wanted > this.window.length) {
      this.window = await this.fill(Math.max(wanted, Math.min(windowBytes, this.size - this.position)));
      this.windowAt = this.position;
    }
    const start = this.position - this.windowAt;
    const bytes = this.window.subarray(start, start + wanted);
    this.position += bytes.length;
    return bytes;
  }

  async chunk(limit: number): Promise<Buffer | undefined> {
    const bytes = await this.read(Math.min(limit, 1 << 20));
    return bytes.length > 0 ? bytes : undefined;
  }

  async skip(length: number): Promise<number> {
    const passed = Math.max(0, Math.min(length, this.size - this.position));
    this.position += passed;
    return passed;
  }

  private async fill(length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let have = 0;
    while (have < length) {
      const { bytesRead } = await this.file.read(buffer, have, length - have, this.position + have);
      if (bytesRead === 0) break;
      have += bytesRead;
    }
    return buffer.subarray(0, have);
  }
}

/** Reads a stream once. Pieces from `chunk` are valid until the next call. */
export class StreamReader implements ByteReader {
  position = 0;
  private readonly source: AsyncIterator<Uint8Array>;
  private held: Buffer = Buffer.alloc(0);
  private ended = false;
  private failure: unknown;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.source = stream[Symbol.asyncIterator]();
  }

  async read(length: number): Promise<Buffer> {
    const result = Buffer.allocUnsafe(length);
    let have = 0;
    while (have < length) {
      const piece = await this.chunk(length - have);
      if (!piece) break;
      piece.copy(result, have);
      have += piece.length;
    }
    return result.subarray(0, have);
  }

  async chunk(limit: number): Promise<Buffer | undefined> {
    while (this.held.length === 0) {
      // Whoever reads on after a failure must not take it for the end.
      if (this.failure) throw this.failure;
      if (this.ended) return undefined;
      let next: IteratorResult<Uint8Array>;
      try {
        next = await this.source.next();
      } catch (error) {
        this.failure = error;
        throw error;
      }
      if (next.done) {
        this.ended = true;
        return undefined;
      }
      this.held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    const piece = this.held.subarray(0, limit);
    this.held = this.held.subarray(piece.length);
    this.position += piece.length;
    return piece;
  }

  async skip(length: number): Promise<number> {
    let passed = 0;
    while (passed < length) {
      const piece = await this.chunk(length - passed);
      if (!piece) break;
      passed += piece.length;
    }
    return passed;
  }

  /** Lets the writer at the other end go. */
  async close(): Promise<void> {
    this.ended = true;
    this.held = Buffer.alloc(0);
    await this.source.return?.();
  }
}
