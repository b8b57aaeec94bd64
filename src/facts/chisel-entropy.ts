/** The entropy coding of zstd: bit streams, FSE and Huffman tables (RFC 8878, section 4). */

/** Reads from the last bit to the first; past the first bit come zeros, which `left` below 0 tells. */
export class BackwardBits {
  /** Bits that are left; negative when more were read than there were. */
  left: number;

  /** @throws Error where the end mark is missing. */
  constructor(private readonly bytes: Uint8Array) {
    const last = bytes[bytes.length - 1];
    if (!last) throw new Error('a bit stream without its end mark');
    this.left = bytes.length * 8 - Math.clz32(last) + 23;
  }

  /** Up to 32 bits. */
  read(count: number): number {
    if (count > 16) return this.read(count - 16) * 65_536 + this.read(16);
    this.left -= count;
    return this.at(this.left, count);
  }

  /** Up to 16 bits, without taking them. */
  peek(count: number): number {
    return this.at(this.left - count, count);
  }

  private at(from: number, count: number): number {
    if (from < 0) return from + count <= 0 ? 0 : this.at(0, from + count) << -from;
    const { bytes } = this;
    const byte = from >> 3;
    const word = bytes[byte]! | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16);
    return (word >>> (from & 7)) & ((1 << count) - 1);
  }
}

/** Decoding table of a finite-state entropy coder, by state. */
export interface FseTable {
  /** Bits of a state. */
  log: number;
  symbols: Uint8Array;
  bits: Uint8Array;
  base: Uint16Array;
}

/** A table for counts; -1 stands for less than one. */
export function fseTable(counts: readonly number[], log: number): FseTable {
  const size = 1 << log;
  const table: FseTable = {
    log,
    symbols: new Uint8Array(size),
    bits: new Uint8Array(size),
    base: new Uint16Array(size),
  };
  const next = counts.map((count) => Math.abs(count));
  let top = size;
  counts.forEach((count, symbol) => {
    if (count === -1) table.symbols[--top] = symbol;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  counts.forEach((count, symbol) => {
    for (let i = 0; i < count; i++) {
      table.symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= top);
    }
  });
  for (let state = 0; state < size; state++) {
    const symbol = table.symbols[state]!;
    const value = next[symbol]!++;
    table.bits[state] = log - (31 - Math.clz32(value));
    table.base[state] = (value << table.bits[state]!) - size;
  }
  return table;
}

/** Reads a table's description. @throws Error on a wrong one. */
export function readFseTable(
  bytes: Uint8Array,
  mostLog: number,
  mostSymbols: number,
): { table: FseTable; length: number } {
  let position = 0;
  const read = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, position++) value |= (((bytes[position >> 3] ?? 0) >> (position & 7)) & 1) << i;
    return value;
  };
  const log = read(4) + 5;
  if (log > mostLog) throw new Error('a table that is too large');
  const counts: number[] = [];
  let remaining = 1 << log;
  while (remaining > 0 && counts.length < mostSymbols) {
    const width = 32 - Math.clz32(remaining + 1);
    const low = (1 << (width - 1)) - 1;
    const threshold = (1 << width) - 2 - remaining;
    let value = read(width);
    if ((value & low) < threshold) {
      value &= low;
      position--;
    } else if (value > low) value -= threshold;
    counts.push(value - 1);
    remaining -= Math.abs(value - 1);
    for (let repeat = value === 1 ? 3 : 0; repeat === 3 && counts.length < mostSymbols; ) {
      repeat = read(2);
      for (let i = 0; i < repeat; i++) counts.push(0);
    }
  }
  const length = Math.ceil(position / 8);
  if (remaining !== 0 || counts.length > mostSymbols || length > bytes.length) throw new Error('a wrong table');
  return { table: fseTable(counts, log), length };
}

/** Decoding table of a Huffman code, by the next `log` bits. */
export interface HuffmanTable {
  log: number;
  symbols: Uint8Array;
  bits: Uint8Array;
}

/** Reads a Huffman tree's description. @throws Error on a wrong one. */
export function readHuffmanTable(bytes: Uint8Array): { table: HuffmanTable; length: number } {
  const head = bytes[0];
  if (head === undefined) throw new Error('a missing tree');
  const length = head < 128 ? 1 + head : 1 + ((head - 126) >> 1);
  if (length > bytes.length) throw new Error('a cut-off tree');
  const weights =
    head < 128
      ? packedWeights(bytes.subarray(1, length))
      : Array.from({ length: head - 127 }, (_, i) => (bytes[1 + (i >> 1)]! >> (i % 2 === 0 ? 4 : 0)) & 15);
  const sum = weights.reduce((total, weight) => total + (weight > 0 ? 1 << (weight - 1) : 0), 0);
  const log = 32 - Math.clz32(sum);
  const rest = (1 << log) - sum;
  // The last weight is what makes the sum a power of two.
  if (sum === 0 || log > 11 || (rest & (rest - 1)) !== 0) throw new Error('a wrong tree');
  weights.push(32 - Math.clz32(rest));
  const table: HuffmanTable = { log, symbols: new Uint8Array(1 << log), bits: new Uint8Array(1 << log) };
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    weights.forEach((own, symbol) => {
      if (own !== weight) return;
      const end = at + (1 << (weight - 1));
      table.symbols.fill(symbol, at, end);
      table.bits.fill(log + 1 - weight, at, end);
      at = end;
    });
  }
  return { table, length };
}

/** Two states take turns until the bits are used up. */
function packedWeights(bytes: Uint8Array): number[] {
  const { table, length } = readFseTable(bytes, 6, 256);
  const stream = new BackwardBits(bytes.subarray(length));
  const states = [stream.read(table.log), stream.read(table.log)];
  const weights: number[] = [];
  for (let turn = 0; ; turn ^= 1) {
    const state = states[turn]!;
    weights.push(table.symbols[state]!);
    states[turn] = table.base[state]! + stream.read(table.bits[state]!);
    if (stream.left < 0) {
      weights.push(table.symbols[states[turn ^ 1]!]!);
      break;
    }
    if (weights.length > 254) throw new Error('a tree with too many weights');
  }
  if (weights.length > 255) throw new Error('a tree with too many weights');
  return weights;
}
