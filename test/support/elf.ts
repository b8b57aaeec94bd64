/** Smallest ELF files that a reader of heads can tell apart. They would not run. */

export interface ElfShape {
  bits?: 32 | 64;
  big?: boolean;
  /** 2 = EXEC, 3 = DYN. */
  type?: number;
  machine?: number;
  interpreter?: string;
  dynamic?: boolean;
  entry?: number;
}

/** A header, its program headers and the interpreter's name. */
export function elf({
  bits = 64,
  big = false,
  type = 2,
  machine = 62,
  interpreter,
  dynamic = false,
  entry = 0x400000,
}: ElfShape): Buffer {
  const wide = bits === 64;
  const headerSize = wide ? 64 : 52;
  const size = wide ? 56 : 32;
  const kinds = [1, ...(interpreter === undefined ? [] : [3]), ...(dynamic ? [2] : [])];
  const name = interpreter === undefined ? Buffer.alloc(0) : Buffer.from(`${interpreter}\0`);
  const nameAt = headerSize + size * kinds.length;
  const out = Buffer.alloc(nameAt + name.length);
  const u16 = (value: number, at: number) => (big ? out.writeUInt16BE(value, at) : out.writeUInt16LE(value, at));
  const u32 = (value: number, at: number) => (big ? out.writeUInt32BE(value, at) : out.writeUInt32LE(value, at));
  const word = (value: number, at: number) => {
    if (!wide) u32(value, at);
    else if (big) out.writeBigUInt64BE(BigInt(value), at);
    else out.writeBigUInt64LE(BigInt(value), at);
  };
  out.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, big ? 2 : 1, 1]);
  u16(type, 16);
  u16(machine, 18);
  word(entry, 24);
  word(headerSize, wide ? 32 : 28);
  u16(size, wide ? 54 : 42);
  u16(kinds.length, wide ? 56 : 44);
  kinds.forEach((kind, i) => {
    const at = headerSize + i * size;
    u32(kind, at);
    if (kind !== 3) return;
    word(nameAt, at + (wide ? 8 : 4));
    word(name.length, at + (wide ? 32 : 16));
  });
  out.set(name, nameAt);
  return out;
}
