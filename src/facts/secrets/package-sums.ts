/** Checksums that package databases keep of their files: what tells a distributed file from one that was changed. */
import type { LayerCollector } from '../../image/collector.ts';
import type { FactContext } from '../context.ts';
import { rpmDatabases } from '../rpm/databases.ts';
import type { RpmRow } from '../rpm/header.ts';
import { baseName, folderOf, lines, utf8 } from '../text.ts';

/** Eight bytes a file: a hash of its path, and the beginning of its checksum. Base64. */
export interface SumsFile {
  kind: 'md5' | 'sha1' | 'sha256';
  packed: string;
}

export type SumAnswer = 'same' | 'changed' | undefined;

const listBytes = 32 << 20;
/** As much of dpkg's own list as packages are read from. */
const statusBytes = 16 << 20;
const fileLimit = 500_000;

/** dpkg's md5sums and conffiles (dpkg(1)), apk's `Z:` (apk-tools, database), wheels' RECORD (packaging.python.org). */
export const packageSumsCollector: LayerCollector<SumsFile> = {
  id: 'package-sums',
  version: 1,
  wants: ({ path, type }) => {
    if (type !== 'file') return undefined;
    const wanted =
      path.endsWith('.md5sums') ||
      path.endsWith('-info/RECORD') ||
      path === 'var/lib/dpkg/status' ||
      path.endsWith('lib/apk/db/installed');
    return wanted ? { kind: 'whole', limit: path === 'var/lib/dpkg/status' ? statusBytes : listBytes } : undefined;
  },
  take: ({ path }, { bytes }) => {
    if (path.endsWith('status'))
      return pack('md5', conffiles(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)));
    const text = utf8(bytes);
    if (path.endsWith('.md5sums')) return pack('md5', md5sums(text));
    if (path.endsWith('/RECORD')) return pack('sha256', record(text, folderOf(folderOf(path))));
    return pack('sha1', apkSums(text));
  },
};

/** Asks whether a file with these sums (their first 16 digits) is the one that its package brought. */
export function sumIndex(context: FactContext): (path: string, sums: readonly [string, string, string]) => SumAnswer {
  let maps: Map<SumsFile['kind'], Map<number, number[]>> | undefined;
  const build = (): Map<SumsFile['kind'], Map<number, number[]>> => {
    const out: typeof maps = new Map();
    for (const { data } of context.index.all<SumsFile>('package-sums')) {
      const map = out.get(data.kind) ?? new Map<number, number[]>();
      out.set(data.kind, map);
      const bytes = Buffer.from(data.packed, 'base64');
      for (let at = 0; at + 8 <= bytes.length; at += 8) {
        const key = bytes.readUInt32BE(at);
        const known = map.get(key);
        if (known) known.push(bytes.readUInt32BE(at + 4));
        else map.set(key, [bytes.readUInt32BE(at + 4)]);
      }
    }
    for (const { content } of rpmDatabases(context)) for (const row of content.rows) addRow(out, row);
    return out;
  };
  return (path, sums) => {
    maps ??= build();
    let answer: SumAnswer;
    for (const [i, kind] of (['md5', 'sha1', 'sha256'] as const).entries()) {
      const map = maps.get(kind);
      if (!map || sums[i] === '') continue;
      for (const name of spellings(path)) {
        const known = map.get(hash(name));
        if (!known) continue;
        if (known.includes(Number.parseInt(sums[i]!.slice(0, 8), 16))) return 'same';
        answer = 'changed';
      }
    }
    return answer;
  };
}

/** rpm keeps the checksums beside the paths (rpmtag.h, FILEDIGESTS). */
function addRow(out: Map<SumsFile['kind'], Map<number, number[]>>, { f, x }: RpmRow): void {
  if (f === undefined || x === undefined) return;
  const [kind, sums] = x;
  const map = out.get(kind) ?? new Map<number, number[]>();
  out.set(kind, map);
  const bytes = Buffer.from(sums, 'base64');
  for (const [i, path] of f.split('\n').entries()) {
    const sum = bytes.length >= i * 4 + 4 ? bytes.readUInt32BE(i * 4) : 0;
    if (sum === 0) continue;
    const key = hash(path);
    const known = map.get(key);
    if (known) known.push(sum);
    else map.set(key, [sum]);
  }
}

/** A merged /usr is not what every database says. */
function spellings(path: string): string[] {
  return path.startsWith('usr/') ? [path, path.slice(4)] : [path, `usr/${path}`];
}

function pack(kind: SumsFile['kind'], sums: Iterable<[path: string, hex: string]>): SumsFile | undefined {
  const parts: number[] = [];
  for (const [path, hex] of sums) {
    if (parts.length >= 2 * fileLimit) break;
    parts.push(hash(path), Number.parseInt(hex.slice(0, 8), 16));
  }
  if (parts.length === 0) return undefined;
  const bytes = Buffer.allocUnsafe(parts.length * 4);
  for (const [i, part] of parts.entries()) bytes.writeUInt32BE(part >>> 0, i * 4);
  return { kind, packed: bytes.toString('base64') };
}

function* md5sums(text: string): IterableIterator<[string, string]> {
  for (const line of lines(text))
    if (/^[0-9a-f]{32} [ *]/.test(line)) yield [line.slice(34).replace(/^\.?\//, ''), line];
}

/** `Conffiles:` and then ` /path md5` lines. Looked for in the bytes: the file may be large, and hardly any of it is this. */
function* conffiles(bytes: Buffer): IterableIterator<[string, string]> {
  for (let at = bytes.indexOf('\nConffiles:'); at >= 0; at = bytes.indexOf('\nConffiles:', at + 1)) {
    let start = bytes.indexOf(10, at + 1) + 1;
    while (start > 0 && bytes[start] === 0x20) {
      let end = bytes.indexOf(10, start);
      if (end < 0) end = bytes.length;
      const [path, sum] = utf8(bytes.subarray(start + 1, Math.min(end, start + 4200))).split(' ');
      if (path?.startsWith('/') && sum && /^[0-9a-f]{32}$/.test(sum)) yield [path.slice(1), sum];
      start = end + 1;
    }
  }
}

function* apkSums(text: string): IterableIterator<[string, string]> {
  let folder = '';
  let file = '';
  for (const line of lines(text)) {
    if (line.startsWith('F:')) folder = line.slice(2);
    else if (line.startsWith('R:')) file = line.slice(2);
    else if (line.startsWith('Z:Q1')) {
      const hex = Buffer.from(line.slice(4), 'base64').toString('hex');
      if (hex.length === 40) yield [folder ? `${folder}/${file}` : file, hex];
    }
  }
}

function* record(text: string, folder: string): IterableIterator<[string, string]> {
  for (const line of lines(text)) {
    const match = /^("?)([^"]{1,2000}?)\1,sha256=([A-Za-z0-9_-]{43}),\d{0,12}$/.exec(line.length < 2100 ? line : '');
    if (match && baseName(match[2]!) !== 'RECORD' && !match[2]!.startsWith('..'))
      yield [folder ? `${folder}/${match[2]}` : match[2]!, Buffer.from(match[3]!, 'base64url').toString('hex')];
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
