/** What the headers before an entry say of it: pax records (POSIX.1-2017, pax) and GNU long names. */
import { SourceError } from '../types.ts';
import { headerName, ownerField, owner as ownerOf, text } from './tar-fields.ts';

/** Flags of entries that speak of the next one. */
export const extendedFlags: ReadonlySet<string> = new Set(['x', 'g', 'L', 'K']);

/** Gathers them until the entry comes; `clear` after it. */
export class ExtendedHeaders {
  private records: ReadonlyMap<string, Buffer> = none;
  private name = '';
  private link = '';

  /**
   * A later header of a kind replaces an earlier one. A global one says nothing of any entry here, as for Go,
   * which also forgets what came before it. @throws SourceError where pax records are damaged.
   */
  take(flag: string, bytes: Buffer, what: string): void {
    if (flag === 'L') this.name = text(bytes, 0, bytes.length);
    else if (flag === 'K') this.link = text(bytes, 0, bytes.length);
    else if (flag === 'x') this.records = extendedRecords(bytes, what);
    else this.clear();
  }

  clear(): void {
    this.records = none;
    this.name = this.link = '';
  }

  pax(key: string): Buffer | undefined {
    return this.records.get(key);
  }

  paxText(key: string): string {
    const value = this.records.get(key);
    return value ? text(value, 0, value.length) : '';
  }

  nameOf(block: Buffer): string {
    return this.name || this.paxText('path') || headerName(block);
  }

  linkOf(block: Buffer): string {
    return this.link || this.paxText('linkpath') || text(block, 157, 100);
  }

  /** Bytes of content that follow; may be unsafe or negative. @throws SourceError where it is no number. */
  sizeOf(inHeader: number, what: string): number {
    const value = this.integer('size', what);
    return value === undefined ? inHeader : Number(value);
  }

  ownerOf(key: 'uid' | 'gid', block: Buffer, what: string): number {
    const value = this.integer(key, what);
    return value === undefined ? ownerField(block, key === 'uid' ? 108 : 116) : ownerOf(value);
  }

  /** @throws SourceError where the record is there and no decimal number: no runtime unpacks such an archive. */
  integer(key: string, what: string): bigint | undefined {
    const value = this.records.get(key)?.toString('latin1');
    if (value === undefined) return undefined;
    if (!/^[+-]?\d{1,40}$/.test(value)) throw damaged(what);
    return BigInt(value.replace(/^\+/, ''));
  }
}

const none: ReadonlyMap<string, Buffer> = new Map();
const sparseOffset = 'GNU.sparse.offset';
const sparseLength = 'GNU.sparse.numbytes';
/** The records that say something of an entry here; an archive may hold millions of others. */
const known = new Set([
  ...['path', 'linkpath', 'size', 'uid', 'gid', 'mtime', 'SCHILY.xattr.security.capability'],
  ...['major', 'minor', 'name', 'map', 'size', 'realsize', 'numblocks'].map((key) => `GNU.sparse.${key}`),
  ...[sparseOffset, sparseLength],
]);
const keyLengths = new Set([...known].map((key) => key.length));

/** Records `LENGTH KEY=VALUE\n`; those of a sparse map in version 0.0 are joined as version 0.1 writes them. */
function extendedRecords(bytes: Buffer, what: string): ReadonlyMap<string, Buffer> {
  const records = new Map<string, Buffer>();
  const sparse: string[] = [];
  let start = 0;
  while (start < bytes.length) {
    let at = start;
    let length = 0;
    for (; at - start < 20 && isDigit(bytes[at]); at++) length = length * 10 + bytes[at]! - 0x30;
    const key = at + 1;
    const end = start + length;
    if (bytes[at] !== 0x20 || end > bytes.length || end <= key + 1 || bytes[end - 1] !== 0x0a) throw damaged(what);
    at = key;
    while (at < end && bytes[at] !== 0x3d) at++;
    if (at === key || at === end) throw damaged(what);
    start = end;
    if (!keyLengths.has(at - key)) continue;
    const name = bytes.toString('latin1', key, at);
    if (!known.has(name)) continue;
    const value = bytes.subarray(at + 1, end - 1);
    if (name === sparseOffset || name === sparseLength) {
      if (name !== (sparse.length % 2 === 0 ? sparseOffset : sparseLength)) throw damaged(what);
      sparse.push(value.toString('latin1'));
    } else if (value.length === 0) records.delete(name);
    else if (value.includes(0) && name.endsWith('path')) throw damaged(what);
    else records.set(name, value);
  }
  if (sparse.length > 0) records.set('GNU.sparse.map', Buffer.from(sparse.join(',')));
  return records;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function damaged(what: string): SourceError {
  return new SourceError(`${what} has a damaged pax header; pull or save the image again`);
}
