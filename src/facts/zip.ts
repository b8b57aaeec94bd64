/** Reads ZIP archives held in memory by their central directory (PKWARE APPNOTE 4.3, 4.4). Limits come before bytes. */
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { release } from '../image/release.ts';

export interface ZipEntry {
  path: string;
  /** Bytes unpacked, as the directory says; `read` never gives more. */
  size: number;
  packed: number;
  crc: number;
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
        crc: bytes.readUInt32LE(at + 16),
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

/** The contents of entries, in their order; left out are those that are damaged or packed in a way that is not read. */
export function zipContents(bytes: Buffer, entries: readonly ZipEntry[]): { entry: ZipEntry; content: Buffer }[] {
  const found: { entry: ZipEntry; packed: Buffer; content?: Buffer }[] = [];
  for (const entry of entries) {
    const packed = packedContent(bytes, entry);
    if (!packed) continue;
    if (entry.method === 8) found.push({ entry, packed });
    else if (entry.method === 0 && entry.packed === entry.size) found.push({ entry, packed, content: packed });
  }
  const deflated = found.filter(({ entry }) => entry.method === 8);
  const all = deflated.length > 1 ? inflateTogether(deflated) : undefined;
  let at = 0;
  return found.flatMap(({ entry, packed, content }) => {
    if (content) return [{ entry, content }];
    const own = all ? all.subarray(at, at + entry.size) : inflate(packed, entry.size);
    at += entry.size;
    return own ? [{ entry, content: own }] : [];
  });
}

function packedContent(bytes: Buffer, { header, packed }: ZipEntry): Buffer | undefined {
  if (header + 30 > bytes.length || bytes.readUInt32LE(header) !== localHeader) return undefined;
  const from = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  return from + packed > bytes.length ? undefined : bytes.subarray(from, from + packed);
}

/**
 * An inflater of its own costs as much as the few kilobytes of most members. So they become one gzip file of many parts
 * (RFC 1952, 2.2), whose inflater holds each part against the length and checksum that the directory names.
 * Undefined where one of them is not what it says: then each is unpacked for itself.
 */
function inflateTogether(members: readonly { entry: ZipEntry; packed: Buffer }[]): Buffer | undefined {
  let size = 0;
  const parts: Buffer[] = [];
  for (const { entry, packed } of members) {
    const trailer = Buffer.allocUnsafe(8);
    trailer.writeUInt32LE(entry.crc, 0);
    trailer.writeUInt32LE(entry.size, 4);
    parts.push(gzipHeader, packed, trailer);
    size += entry.size;
  }
  const joined = Buffer.concat(parts);
  try {
    const all = gunzipSync(joined, { maxOutputLength: size + 1, chunkSize: size + 64 });
    return all.length === size ? all : undefined;
  } catch {
    return undefined;
  } finally {
    release(joined);
  }
}

const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

function inflate(packed: Buffer, size: number): Buffer | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size + 1) });
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
