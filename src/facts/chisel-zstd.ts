/**
 * zstd frames decoded at once and in memory (RFC 8878). The layers' own decoders are asynchronous or a thread of their
 * own; a collector is neither, and its few kilobytes need no speed. Checksums are not compared: the layer's digest covers
 * the bytes. Dictionaries are not supported.
 */
import {
  BackwardBits,
  type FseTable,
  fseTable,
  type HuffmanTable,
  readFseTable,
  readHuffmanTable,
} from './chisel-entropy.ts';
import { Output } from './chisel-output.ts';

/** All frames' content. @throws Error on corrupt or cut-off input, and past `limit` bytes. */
export function unzstd(bytes: Uint8Array, limit: number): Uint8Array {
  const output = new Output(limit);
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 8) throw new Error('a cut-off frame');
    const magic = word(bytes, at, 4);
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) at += 8 + word(bytes, at + 4, 4);
    else if (magic === 0xfd2fb528) at = decodeFrame(bytes, at + 4, output);
    else throw new Error('no frame');
  }
  return output.bytes.subarray(0, output.length);
}

const blockBytes = 131_072;

function decodeFrame(bytes: Uint8Array, start: number, output: Output): number {
  const flags = bytes[start]!;
  const single = (flags & 32) !== 0;
  if ((flags & 3) !== 0) throw new Error('a dictionary');
  if ((flags & 8) !== 0) throw new Error('a reserved bit');
  let at = start + 1 + (single ? 0 : 1) + [single ? 1 : 0, 2, 4, 8][flags >> 6]!;
  const state = new FrameState(output);
  for (;;) {
    if (at + 3 > bytes.length) throw new Error('a cut-off block');
    const head = word(bytes, at, 3);
    const type = (head >> 1) & 3;
    const size = head >> 3;
    const stored = type === 1 ? 1 : size;
    at += 3;
    if (type === 3 || size > blockBytes || at + stored > bytes.length) throw new Error('a wrong block');
    if (type === 0) output.add(bytes.subarray(at, at + size));
    else if (type === 1) output.fill(bytes[at]!, size);
    else state.block(bytes.subarray(at, at + size));
    at += stored;
    if (head & 1) return at + (flags & 4);
  }
}

/** Codes of a sequence's parts: most bits of a table, usual counts, and for each code its extra bits from a first value on. */
const literalCodes = {
  log: 9,
  usual: fseCounts('4 3 2*11 1*3 2*9 3 2 1*5 -1*4'),
  usualLog: 6,
  ...codeValues(0, '0*16 1*4 2*2 3*2 4 6 7 8 9 10 11 12 13 14 15 16'),
};
const matchCodes = {
  log: 9,
  usual: fseCounts('1 4 3 2*6 1*37 -1*7'),
  usualLog: 6,
  ...codeValues(3, '0*32 1*4 2*2 3*2 4*2 5 7 8 9 10 11 12 13 14 15 16'),
};
const offsetCodes = { log: 8, usual: fseCounts('1*6 2*3 1*15 -1*5'), usualLog: 5, count: 32 };

class FrameState {
  private huffman: HuffmanTable | undefined;
  private readonly tables: (FseTable | undefined)[] = [];
  private readonly recent = [1, 4, 8];
  private readonly start: number;

  constructor(private readonly output: Output) {
    this.start = output.length;
  }

  block(bytes: Uint8Array): void {
    const before = this.output.length;
    const { literals, length } = this.literals(bytes);
    this.sequences(bytes.subarray(length), literals);
    if (this.output.length - before > blockBytes) throw new Error('a block with too much content');
  }

  private literals(bytes: Uint8Array): { literals: Uint8Array; length: number } {
    const type = bytes[0]! & 3;
    const format = (bytes[0]! >> 2) & 3;
    if (bytes.length < 3 && !(type < 2 && bytes.length > 0)) throw new Error('cut-off literals');
    if (type < 2) {
      const head = format === 1 ? 2 : format === 3 ? 3 : 1;
      const size = word(bytes, 0, head) >> (head === 1 ? 3 : 4);
      const length = head + (type === 0 ? size : 1);
      if (size > blockBytes || length > bytes.length) throw new Error('cut-off literals');
      const literals = type === 0 ? bytes.subarray(head, length) : new Uint8Array(size).fill(bytes[head]!);
      return { literals, length };
    }
    const head = format < 2 ? 3 : format + 2;
    const width = format < 2 ? 10 : format === 2 ? 14 : 18;
    const bits = word(bytes, 0, head);
    const size = Math.floor(bits / 16) % 2 ** width;
    const stored = Math.floor(bits / 2 ** (4 + width));
    if (size > blockBytes || head + stored > bytes.length) throw new Error('cut-off literals');
    let body = bytes.subarray(head, head + stored);
    if (type === 2) {
      const { table, length } = readHuffmanTable(body);
      this.huffman = table;
      body = body.subarray(length);
    }
    if (!this.huffman) throw new Error('literals without a tree');
    const literals = new Uint8Array(size);
    if (format === 0) decodeHuffman(this.huffman, body, literals);
    else decodeFour(this.huffman, body, literals);
    return { literals, length: head + stored };
  }

  private sequences(bytes: Uint8Array, literals: Uint8Array): void {
    const { output, recent } = this;
    const first = bytes[0];
    if (first === undefined) throw new Error('a missing count of sequences');
    if (first === 0) {
      output.add(literals);
      return;
    }
    const head = first < 128 ? 1 : first < 255 ? 2 : 3;
    const count = head === 1 ? first : head === 2 ? (first - 128) * 256 + bytes[1]! : word(bytes, 1, 2) + 0x7f00;
    const modes = bytes[head];
    if (modes === undefined) throw new Error('missing modes');
    let rest = bytes.subarray(head + 1);
    [literalCodes, offsetCodes, matchCodes].forEach((codes, part) => {
      const read = this.table(part, (modes >> (6 - 2 * part)) & 3, rest, codes);
      this.tables[part] = read.table;
      rest = rest.subarray(read.length);
    });
    const [literalTable, offsetTable, matchTable] = this.tables as [FseTable, FseTable, FseTable];
    const stream = new BackwardBits(rest);
    let literalState = stream.read(literalTable.log);
    let offsetState = stream.read(offsetTable.log);
    let matchState = stream.read(matchTable.log);
    let used = 0;
    for (let i = 0; i < count; i++) {
      const offsetCode = offsetTable.symbols[offsetState]!;
      const matchCode = matchTable.symbols[matchState]!;
      const literalCode = literalTable.symbols[literalState]!;
      const offset = 2 ** offsetCode + stream.read(offsetCode);
      const matched = matchCodes.first[matchCode]! + stream.read(matchCodes.bits[matchCode]!);
      const taken = literalCodes.first[literalCode]! + stream.read(literalCodes.bits[literalCode]!);
      if (i < count - 1) {
        literalState = literalTable.base[literalState]! + stream.read(literalTable.bits[literalState]!);
        matchState = matchTable.base[matchState]! + stream.read(matchTable.bits[matchState]!);
        offsetState = offsetTable.base[offsetState]! + stream.read(offsetTable.bits[offsetState]!);
      }
      if (stream.left < 0 || used + taken > literals.length) throw new Error('sequences that run out');
      output.add(literals.subarray(used, used + taken));
      used += taken;
      output.copy(distance(recent, offset, taken), matched, this.start);
    }
    if (stream.left !== 0) throw new Error('bits behind the sequences');
    output.add(literals.subarray(used));
  }

  private table(
    part: number,
    mode: number,
    bytes: Uint8Array,
    codes: { log: number; usual: number[]; usualLog: number; count: number },
  ): { table: FseTable; length: number } {
    if (mode === 0) return { table: fseTable(codes.usual, codes.usualLog), length: 0 };
    if (mode === 2) return readFseTable(bytes, codes.log, codes.count);
    if (mode === 1) {
      const symbol = bytes[0];
      if (symbol === undefined || symbol >= codes.count) throw new Error('a wrong code');
      return {
        table: { log: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), base: new Uint16Array(1) },
        length: 1,
      };
    }
    const table = this.tables[part];
    if (!table) throw new Error('a table to repeat that never was');
    return { table, length: 0 };
  }
}

/** The first three values stand for the last offsets (section 3.1.1.5). */
function distance(recent: number[], value: number, literals: number): number {
  const index = value > 3 ? 3 : value - 1 + (literals === 0 ? 1 : 0);
  const offset = value > 3 ? value - 3 : index === 3 ? recent[0]! - 1 : recent[index]!;
  if (value > 3 || index > 0) {
    recent.splice(value > 3 ? 2 : Math.min(index, 2), 1);
    recent.unshift(offset);
  }
  return offset;
}

function decodeFour(table: HuffmanTable, bytes: Uint8Array, out: Uint8Array): void {
  if (bytes.length < 6) throw new Error('a cut-off jump table');
  const part = (out.length + 3) >> 2;
  let at = 6;
  for (let i = 0; i < 4; i++) {
    const end = i < 3 ? at + word(bytes, i * 2, 2) : bytes.length;
    if (end > bytes.length || i * part > out.length) throw new Error('a wrong jump table');
    decodeHuffman(table, bytes.subarray(at, end), out.subarray(i * part, i < 3 ? (i + 1) * part : out.length));
    at = end;
  }
}

function decodeHuffman(table: HuffmanTable, bytes: Uint8Array, out: Uint8Array): void {
  const stream = new BackwardBits(bytes);
  for (let i = 0; i < out.length; i++) {
    const next = stream.peek(table.log);
    out[i] = table.symbols[next]!;
    stream.left -= table.bits[next]!;
  }
  if (stream.left !== 0) throw new Error('literals that do not end with their bits');
}

/** Little-endian; up to five bytes. */
function word(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** `2*11` stands for eleven twos. */
function fseCounts(text: string): number[] {
  return text.split(' ').flatMap((item) => {
    const [value, times = '1'] = item.split('*');
    return new Array<number>(Number(times)).fill(Number(value));
  });
}

/** Each code's values begin where those of the one before end. */
function codeValues(start: number, text: string): { bits: number[]; first: number[]; count: number } {
  const bits = fseCounts(text);
  let next = start;
  const first = bits.map((count) => (next += 2 ** count) - 2 ** count);
  return { bits, first, count: bits.length };
}
