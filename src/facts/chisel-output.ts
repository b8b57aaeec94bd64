/** What a zstd decoder writes, and copies from what it wrote. */

/** Grows as it is written to, up to a limit. Every method throws past it. */
export class Output {
  bytes: Uint8Array = new Uint8Array(65_536);
  length = 0;

  constructor(private readonly limit: number) {}

  add(piece: Uint8Array): void {
    this.reserve(piece.length);
    this.bytes.set(piece, this.length);
    this.length += piece.length;
  }

  fill(byte: number, count: number): void {
    this.reserve(count);
    this.bytes.fill(byte, this.length, this.length + count);
    this.length += count;
  }

  /** A match may run into what it writes. */
  copy(offset: number, count: number, frameStart: number): void {
    if (offset < 1 || offset > this.length - frameStart) throw new Error('a match before the beginning');
    this.reserve(count);
    if (offset >= count) this.bytes.copyWithin(this.length, this.length - offset, this.length - offset + count);
    else for (let i = this.length; i < this.length + count; i++) this.bytes[i] = this.bytes[i - offset]!;
    this.length += count;
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.limit) throw new Error(`more than ${this.limit} bytes of content`);
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.min(this.limit, Math.max(needed, this.bytes.length * 2)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
