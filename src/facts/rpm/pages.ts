/** Databases come as a stream of chunks; their readers want whole pages, and want back those that they will need again. */

/** Bytes of the next block, after some that nobody wants; no more blocks where it is undefined. */
export type NextBlock = { skip?: number; size: number } | undefined;

/** Cuts a stream into blocks, each as long as the one before says. */
export class Blocks {
  private carry: Uint8Array | undefined;
  private have = 0;

  /** @param onBlock gets each block, valid during the call only. */
  constructor(
    private next: NextBlock,
    private readonly onBlock: (block: Uint8Array) => NextBlock,
  ) {}

  write(chunk: Uint8Array): void {
    let at = 0;
    while (this.next && at < chunk.length) {
      const { skip = 0, size } = this.next;
      if (skip > 0) {
        const passed = Math.min(skip, chunk.length - at);
        at += passed;
        this.next = { skip: skip - passed, size };
        continue;
      }
      if (this.have === 0 && chunk.length - at >= size) {
        at += size;
        this.next = this.onBlock(chunk.subarray(at - size, at));
        continue;
      }
      if (!this.carry || this.carry.length < size) this.carry = Buffer.allocUnsafeSlow(size);
      const piece = chunk.subarray(at, at + size - this.have);
      this.carry.set(piece, this.have);
      this.have += piece.length;
      at += piece.length;
      if (this.have < size) return;
      this.have = 0;
      this.next = this.onBlock(this.carry.subarray(0, size));
    }
  }
}

/** Bytes of pages that one database may keep at a time. */
const keptBytes = 128 * 2 ** 20;
const slabBytes = 2 ** 20;

/** Copies of pages by number, in slabs that are reused when a page is dropped. */
export class PageStore {
  private readonly slots = new Map<number, number>();
  private readonly slabs: Uint8Array[] = [];
  private readonly free: number[] = [];
  private readonly perSlab: number;
  private next = 0;
  /** Pages were left out for want of room. */
  full = false;

  constructor(private readonly pageSize: number) {
    this.perSlab = Math.max(1, Math.floor(slabBytes / pageSize));
  }

  get(page: number): Uint8Array | undefined {
    const slot = this.slots.get(page);
    return slot === undefined ? undefined : this.at(slot);
  }

  has(page: number): boolean {
    return this.slots.has(page);
  }

  /** Keeps a copy, instead of the page's earlier content where there is one. */
  put(page: number, bytes: Uint8Array): void {
    let slot = this.slots.get(page);
    if (slot === undefined) {
      slot = this.free.pop() ?? this.next++;
      if ((slot + 1) * this.pageSize > keptBytes) {
        this.full = true;
        this.next = slot;
        return;
      }
      this.slots.set(page, slot);
    }
    this.at(slot).set(bytes);
  }

  drop(page: number): void {
    const slot = this.slots.get(page);
    if (slot === undefined) return;
    this.slots.delete(page);
    this.free.push(slot);
  }

  numbers(): IterableIterator<number> {
    return this.slots.keys();
  }

  private at(slot: number): Uint8Array {
    const slab = Math.floor(slot / this.perSlab);
    this.slabs[slab] ??= Buffer.allocUnsafeSlow(this.perSlab * this.pageSize);
    const from = (slot % this.perSlab) * this.pageSize;
    return this.slabs[slab].subarray(from, from + this.pageSize);
  }
}
