/** The beginning of an ELF file (System V ABI, "Object Files"): enough to tell how it is started. */

/** Header facts; `interpreter` is what PT_INTERP names. */
export interface ElfHead {
  bits: 32 | 64;
  machine: number;
  /** e_type: 2 = EXEC, 3 = DYN. */
  type: number;
  interpreter?: string;
  /** False where the program headers or the interpreter's name lie outside the bytes given. */
  complete: boolean;
  /** An entry point is set: a program, not a plain library. */
  entry: boolean;
  dynamic: boolean;
}

const PT_DYNAMIC = 2;
const PT_INTERP = 3;

/** Reads the head of a file; undefined where it is no ELF. Never reads outside `bytes`. */
export function readElfHead(bytes: Uint8Array): ElfHead | undefined {
  if (bytes.length < 52 || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46)
    return undefined;
  const wide = bytes[4] === 2;
  if ((!wide && bytes[4] !== 1) || (wide && bytes.length < 64)) return undefined;
  const little = bytes[5] === 1;
  if (!little && bytes[5] !== 2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => (wide ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const head: ElfHead = {
    bits: wide ? 64 : 32,
    type: view.getUint16(16, little),
    machine: view.getUint16(18, little),
    entry: word(24) !== 0,
    dynamic: false,
    complete: true,
  };
  const table = word(wide ? 32 : 28);
  const size = view.getUint16(wide ? 54 : 42, little);
  const count = view.getUint16(wide ? 56 : 44, little);
  for (let i = 0; i < count; i++) {
    const at = table + i * size;
    if (size < (wide ? 56 : 32) || at + size > bytes.length) {
      head.complete = false;
      break;
    }
    const type = view.getUint32(at, little);
    if (type === PT_DYNAMIC) head.dynamic = true;
    if (type !== PT_INTERP) continue;
    const offset = word(at + (wide ? 8 : 4));
    const length = word(at + (wide ? 32 : 16));
    if (length < 2 || length > 4096 || offset + length > bytes.length) {
      head.complete = false;
      continue;
    }
    let end = offset;
    while (end < offset + length && bytes[end] !== 0) end++;
    head.interpreter = Buffer.from(bytes.buffer, bytes.byteOffset + offset, end - offset).toString('latin1');
  }
  return head;
}
