/** Reads ZIP archives held in memory by their central directory (PKWARE APPNOTE 4.3, 4.4). Limits come before bytes. */
import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  path: string;
  /** Bytes unpacked, as the directory says; `read` never gives more. */
  size: number;
  packed: number;
  method: number;
  header: number;
}

const endRecord = 0x06054b50;
const centralHeader = 0x02014b50;
const localHeader = 0x04034b50;
const encrypted = 1;

/** Entries that can be read, at most `most`; undefined where the bytes are no archive. */
export function zipEntries(bytes: Buffer, most: number): { entries: ZipEntry[]; cut: boolean } | undefined {
  const end = endOf(bytes);
  if (end < 0) return undefined;
  const count = bytes.readUInt16LE(end + 10);
  const size = bytes.readUInt32LE(end + 12);
  // What stands before the archive (a launch script) shifts every offset by its length.
  const start = end - size;
  const shift = start - bytes.readUInt32LE(end + 16);
  if (start < 0 || shift < 0) return undefined;
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count || at < end; i++) {
    if (entries.length >= most) return { entries, cut: true };
    if (at + 46 > end || bytes.readUInt32LE(at) !== centralHeader) break;
    const nameLength = bytes.readUInt16LE(at + 28);
    const next = at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > end) break;
    const nameEnd = at + 46 + nameLength;
    if (nameLength <= 1024 && (bytes.readUInt16LE(at + 8) & encrypted) === 0 && !passedOver(bytes, nameEnd))
      entries.push({
        path: bytes.toString('utf8', at + 46, nameEnd),
        size: bytes.readUInt32LE(at + 24),
        packed: bytes.readUInt32LE(at + 20),
        method: bytes.readUInt16LE(at + 10),
        header: bytes.readUInt32LE(at + 42) + shift,
      });
    at = next;
  }
  return { entries, cut: false };
}

/** Folders and compiled classes: most of what a jar lists, told by the last bytes of their names. */
function passedOver(bytes: Buffer, nameEnd: number): boolean {
  const last = bytes[nameEnd - 1];
  return (
    last === 0x2f || (last === 0x73 && bytes.readUInt32BE(nameEnd - 5) === 0x636c6173 && bytes[nameEnd - 6] === 0x2e)
  );
}

/** The content of an entry; undefined where it is damaged, longer than it said, or packed in a way that is not read. */
export function zipContent(bytes: Buffer, entry: ZipEntry): Buffer | undefined {
  const { header } = entry;
  if (header + 30 > bytes.length || bytes.readUInt32LE(header) !== localHeader) return undefined;
  const from = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  if (from + entry.packed > bytes.length) return undefined;
  const packed = bytes.subarray(from, from + entry.packed);
  if (entry.method === 0) return entry.packed === entry.size ? packed : undefined;
  if (entry.method !== 8) return undefined;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.size), chunkSize: Math.max(64, entry.size + 1) });
  } catch {
    return undefined;
  }
}

/** The last end record whose comment reaches the end of the bytes. */
function endOf(bytes: Buffer): number {
  const least = Math.max(0, bytes.length - 22 - 0xffff);
  for (let at = bytes.length - 22; at >= least; at--) {
    if (
      bytes[at] === 0x50 &&
      bytes.readUInt32LE(at) === endRecord &&
      at + 22 + bytes.readUInt16LE(at + 20) <= bytes.length
    )
      return at;
  }
  return -1;
}
