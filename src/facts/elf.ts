/** ELF files (System V ABI, "Object Files", "Dynamic Section"): how one is started, and which libraries it asks for. */
import type { Span, SpanContent } from '../image/collector.ts';

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
  little: boolean;
  /** PT_LOAD and PT_DYNAMIC: where each lies in the file and in memory. */
  segments: { type: number; offset: number; length: number; address: number }[];
}

/** Most bytes of each part that are taken to learn the libraries' names. */
const partBytes = 256 * 1024;
const neededLimit = 64;

const PT_LOAD = 1;
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
    little,
    type: view.getUint16(16, little),
    machine: view.getUint16(18, little),
    entry: word(24) !== 0,
    dynamic: false,
    complete: true,
    segments: [],
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
    const offset = word(at + (wide ? 8 : 4));
    const length = word(at + (wide ? 32 : 16));
    if ((type === PT_LOAD || type === PT_DYNAMIC) && head.segments.length < 32)
      head.segments.push({ type, offset, length, address: word(at + (wide ? 16 : 8)) });
    if (type !== PT_INTERP) continue;
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

/**
 * Where the libraries' names can be learned from: the rest of the segment that begins the file, which holds the strings,
 * and the dynamic section. Nothing where the head says that there are none.
 */
export function librarySpans(head: ElfHead, have: number): Span[] {
  const dynamic = head.segments.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) return [];
  const first = head.segments.find(({ type, offset }) => type === PT_LOAD && offset < have);
  let end = first ? Math.min(first.offset + first.length, partBytes) : 0;
  // A span that begins in what has passed is not delivered, so the rest of such a section comes with the first one.
  if (dynamic.offset < have) end = Math.max(end, Math.min(dynamic.offset + dynamic.length, partBytes));
  const spans = end > have ? [{ offset: have, length: end - have }] : [];
  if (dynamic.length > 0 && dynamic.offset >= have)
    spans.push({ offset: dynamic.offset, length: Math.min(dynamic.length, partBytes) });
  return spans;
}

/** Names of DT_NEEDED in order; undefined where the strings lie outside of what was taken. */
export function neededLibraries(head: ElfHead, { head: bytes, spans }: SpanContent): string[] | undefined {
  const next = spans.find(({ offset }) => offset === bytes.length);
  const begin = next ? Buffer.concat([bytes, next.bytes]) : bytes;
  const parts = [{ offset: 0, bytes: begin }, ...spans];
  const dynamic = head.segments.find(({ type }) => type === PT_DYNAMIC);
  const section = dynamic && partAt(parts, dynamic.offset);
  if (!section) return undefined;
  const wide = head.bits === 64;
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  const word = (at: number) => (wide ? Number(view.getBigUint64(at, head.little)) : view.getUint32(at, head.little));
  const step = wide ? 16 : 8;
  const names: number[] = [];
  let strings: number | undefined;
  for (let at = 0; at + step <= Math.min(section.length, dynamic.length); at += step) {
    const tag = word(at);
    const value = word(at + step / 2);
    if (tag === 0) break;
    if (tag === 1 && names.length < neededLimit) names.push(value);
    else if (tag === 5) strings ??= value;
  }
  if (names.length === 0) return [];
  const segment = head.segments.find(
    ({ type, address, length }) =>
      type === PT_LOAD && strings !== undefined && strings >= address && strings < address + length,
  );
  if (!segment) return undefined;
  const table = strings! - segment.address + segment.offset;
  const out: string[] = [];
  for (const offset of names) {
    const text = partAt(parts, table + offset)?.subarray(0, 256);
    const end = text?.indexOf(0) ?? -1;
    if (!text || end < 1) return undefined;
    out.push(Buffer.from(text.subarray(0, end)).toString('latin1'));
  }
  return out;
}

/** The bytes from an offset on, as far as one part reaches. */
function partAt(parts: readonly { offset: number; bytes: Uint8Array }[], at: number): Uint8Array | undefined {
  const part = parts.find(({ offset, bytes }) => at >= offset && at < offset + bytes.length);
  return part?.bytes.subarray(at - part.offset);
}
