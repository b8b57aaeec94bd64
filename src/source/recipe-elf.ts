/** The smallest ELF files that tools take for programs (System V ABI, "ELF Header", "Program Header"; x86-64). */

const headerSize = 64;
const programHeaderSize = 56;
const interpreter = '/lib64/ld-linux-x86-64.so.2\0';

/** `static`: one loadable segment. `dynamic`: also an interpreter and an empty dynamic section. */
export function elfBytes(kind: 'static' | 'dynamic'): Buffer {
  const segments = kind === 'static' ? 1 : 3;
  const tables = headerSize + segments * programHeaderSize;
  const interp = kind === 'dynamic' ? Buffer.from(interpreter) : Buffer.alloc(0);
  // One DT_NULL entry ends the dynamic section.
  const dynamicAt = Math.ceil((tables + interp.length) / 16) * 16;
  const total = kind === 'dynamic' ? dynamicAt + 16 : tables + 16;
  const file = Buffer.alloc(total);
  file.write('\x7fELF', 0, 'latin1');
  file.set([2, 1, 1, 0], 4); // 64 bit, little endian, version 1, System V
  file.writeUInt16LE(kind === 'dynamic' ? 3 : 2, 16); // ET_DYN, ET_EXEC
  file.writeUInt16LE(62, 18); // EM_X86_64
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(0x400000n, 24);
  file.writeBigUInt64LE(BigInt(headerSize), 32);
  file.writeUInt16LE(headerSize, 52);
  file.writeUInt16LE(programHeaderSize, 54);
  file.writeUInt16LE(segments, 56);
  segment(file, 0, { type: 1, flags: 5, offset: 0, size: total });
  if (kind === 'dynamic') {
    interp.copy(file, tables);
    segment(file, 1, { type: 3, flags: 4, offset: tables, size: interp.length });
    segment(file, 2, { type: 2, flags: 6, offset: dynamicAt, size: 16 });
  }
  return file;
}

function segment(
  file: Buffer,
  index: number,
  fields: { type: number; flags: number; offset: number; size: number },
): void {
  const at = headerSize + index * programHeaderSize;
  const address = 0x400000n + BigInt(fields.offset);
  file.writeUInt32LE(fields.type, at);
  file.writeUInt32LE(fields.flags, at + 4);
  file.writeBigUInt64LE(BigInt(fields.offset), at + 8);
  file.writeBigUInt64LE(address, at + 16);
  file.writeBigUInt64LE(address, at + 24);
  file.writeBigUInt64LE(BigInt(fields.size), at + 32);
  file.writeBigUInt64LE(BigInt(fields.size), at + 40);
  file.writeBigUInt64LE(fields.type === 1 ? 4096n : 1n, at + 48);
}
