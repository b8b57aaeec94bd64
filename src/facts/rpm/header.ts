/** A package's header as the rpm databases keep it (rpm, docs/manual/format_header.md): an index, then the data. */
import { detach, utf8 } from '../text.ts';

/** One package. Names are short: rows are cached. */
export interface RpmRow {
  n: string;
  /** `[epoch:]version-release`. */
  v: string;
  a: string;
  /** File name of the source package. */
  s?: string;
  l?: string;
  /** Vendor. */
  d?: string;
  /** Module that it belongs to, `name:stream:version:context:arch`. */
  m?: string;
  /** Owned paths, one a line, no leading slash; folders and files that were not installed are left out. */
  f?: string;
  /** Kind of the checksums, and the first four bytes of that of each path in `f`, base64; zeros where it has none. */
  x?: [kind: 'md5' | 'sha1' | 'sha256', sums: string];
}

/** What a whole database may still add; a hostile one could otherwise name one long folder a million times. */
export interface HeaderBudget {
  /** Characters of texts and paths. */
  text: number;
  rows: number;
  /** Set when something was left out for want of budget. */
  spent?: true;
}

/** Enough for a host with every package of a distribution. */
export function headerBudget(): HeaderBudget {
  return { text: 48 * 2 ** 20, rows: 100_000 };
}

/** Longest header that is read; the largest real ones (kernel sources) have about 10 MiB. */
export const headerBytes = 32 * 2 ** 20;

/** Tags (rpm, include/rpm/rpmtag.h). */
const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  arch: 1022,
  oldFilenames: 1027,
  fileStates: 1029,
  fileModes: 1030,
  fileDigests: 1035,
  sourceRpm: 1044,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  fileDigestAlgorithm: 5011,
  modularityLabel: 5096,
} as const;
const wanted = new Set<number>(Object.values(tags));

const widths = [0, 1, 1, 2, 4, 8];
const longestPath = 4096;
/** Files of one package. */
const mostFiles = 500_000;

/** A span of the data store. */
interface Value {
  type: number;
  at: number;
  count: number;
}

/** Reads one header; undefined where the bytes are none, or where it has no name. Time and memory are linear in the bytes. */
export function parseHeader(bytes: Uint8Array, budget: HeaderBudget): RpmRow | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = view.getUint32(0);
  const start = 8 + entries * 16;
  if (entries === 0 || start + view.getUint32(4) > bytes.length) return undefined;
  const header = new Header(bytes, view, entries, start, start + view.getUint32(4));
  const name = header.text(tags.name);
  if (!name) return undefined;
  if (budget.rows-- <= 0 || budget.text <= 0) {
    budget.spent = true;
    return undefined;
  }
  const epoch = header.number(tags.epoch);
  const row: RpmRow = {
    n: name,
    v: `${epoch === undefined ? '' : `${epoch}:`}${[header.text(tags.version), header.text(tags.release)].filter(Boolean).join('-')}`,
    a: header.text(tags.arch),
  };
  const rest = { s: tags.sourceRpm, l: tags.license, d: tags.vendor, m: tags.modularityLabel } as const;
  budget.text -= row.n.length + row.v.length + row.a.length;
  for (const [key, tag] of Object.entries(rest) as ['s' | 'l' | 'd' | 'm', number][]) {
    const value = header.text(tag);
    if (value) row[key] = value;
    budget.text -= value.length;
  }
  const { paths, sums } = ownedPaths(header, budget);
  if (paths) row.f = paths;
  if (paths && sums) row.x = sums;
  return row;
}

class Header {
  private readonly values = new Map<number, Value>();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly view: DataView,
    entries: number,
    start: number,
    private readonly end: number,
  ) {
    for (let i = 0; i < entries; i++) {
      const at = 8 + i * 16;
      const tag = view.getUint32(at);
      const offset = view.getUint32(at + 8);
      // What rpm added after the package was built stands behind, and counts.
      if (wanted.has(tag) && start + offset < end)
        this.values.set(tag, { type: view.getUint32(at + 4), at: start + offset, count: view.getUint32(at + 12) });
    }
  }

  /** STRING, or the first of an array or of the translations. */
  text(tag: number): string {
    const value = this.values.get(tag);
    if (!value || ![6, 8, 9].includes(value.type)) return '';
    let end = this.bytes.indexOf(0, value.at);
    if (end < 0 || end > this.end) end = this.end;
    return detach(utf8(this.bytes.subarray(value.at, Math.min(end, value.at + 512))));
  }

  number(tag: number): number | undefined {
    return this.numbers(tag)?.(0);
  }

  /** Reads the i-th number of INT8 to INT32; undefined where the tag is missing or does not fit. */
  numbers(tag: number): ((i: number) => number | undefined) | undefined {
    const value = this.values.get(tag);
    const width = value && value.type >= 1 && value.type <= 4 ? widths[value.type]! : 0;
    if (!value || width === 0 || value.at + value.count * width > this.end) return undefined;
    const { view } = this;
    return (i) => {
      if (i >= value.count) return undefined;
      const at = value.at + i * width;
      return width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at) : view.getUint32(at);
    };
  }

  texts(tag: number): string[] {
    const value = this.values.get(tag);
    if (value?.type !== 8) return [];
    let at = value.at;
    let count = 0;
    while (count < Math.min(value.count, mostFiles) && at < this.end) {
      const end = this.bytes.indexOf(0, at);
      if (end < 0 || end >= this.end) break;
      at = end + 1;
      count++;
    }
    return count === 0 ? [] : utf8(this.bytes.subarray(value.at, at - 1)).split('\0');
  }
}

function ownedPaths(header: Header, budget: HeaderBudget): { paths: string; sums?: RpmRow['x'] } {
  const names = header.texts(tags.baseNames);
  const folders = header.texts(tags.dirNames);
  const folderOf = header.numbers(tags.dirIndexes);
  const old = names.length > 0 ? [] : header.texts(tags.oldFilenames);
  const modes = header.numbers(tags.fileModes);
  const states = header.numbers(tags.fileStates);
  if (Math.max(names.length, old.length, folders.length) === mostFiles) budget.spent = true;
  const digests = header.texts(tags.fileDigests);
  const kept: number[] = [];
  const out: string[] = [];
  for (let i = 0; i < Math.max(names.length, old.length); i++) {
    // A folder; or left out (documentation, another colour) or replaced by another package's file.
    if (((modes?.(i) ?? 0) & 0o170000) === 0o040000 || (states?.(i) ?? 0) !== 0) continue;
    const folder = old.length > 0 ? '' : folders[folderOf?.(i) ?? 0];
    const name = old.length > 0 ? old[i]! : names[i]!;
    if (folder === undefined || folder.length + name.length > longestPath) continue;
    const path = folder + name;
    if (path === '' || path.includes('\n')) continue;
    if ((budget.text -= path.length) < 0) {
      budget.spent = true;
      break;
    }
    out.push(path.startsWith('/') ? path.slice(1) : path);
    kept.push(beginning(digests[i]));
  }
  const kind = digestKinds.get(header.number(tags.fileDigestAlgorithm) ?? 1);
  const paths = out.join('\n');
  return kind && kept.some((sum) => sum !== 0) ? { paths, sums: [kind, packed(kept)] } : { paths };
}

/** Digest algorithms of OpenPGP (RFC 9580, 9.5), which rpm counts by; MD5 where a header says none. */
const digestKinds = new Map<number, 'md5' | 'sha1' | 'sha256'>([
  [1, 'md5'],
  [2, 'sha1'],
  [8, 'sha256'],
]);

function beginning(digest: string | undefined): number {
  return digest && /^[0-9a-f]{32,128}$/.test(digest) ? Number.parseInt(digest.slice(0, 8), 16) : 0;
}

function packed(sums: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(sums.length * 4);
  for (const [i, sum] of sums.entries()) bytes.writeUInt32BE(sum, i * 4);
  return bytes.toString('base64');
}
