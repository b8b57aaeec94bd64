/** B-tree pages of SQLite (its file format document, "B-tree Pages", "Record Format"), as far as rpm's tables need them. */
import { viewOf } from './rows.ts';

/** First byte of a page, or of what follows the file's head on page 1. */
export const pageType = { indexInner: 2, tableInner: 5, indexLeaf: 10, tableLeaf: 13 } as const;

/** The file's own head on page 1. */
export const fileHead = 100;

/** A row of a table, of which the local part lies on the page. */
export interface TableCell {
  id: number;
  /** Bytes of the whole record. */
  size: number;
  local: Uint8Array;
  /** Page on which the record goes on; 0 where it does not. */
  overflow: number;
}

/** Child pages in the order of their rows. */
export function childPages(page: Uint8Array, head: number): number[] {
  const view = viewOf(page);
  const out: number[] = [];
  for (const at of cellPlaces(page, head, 12)) if (at + 4 <= page.length) out.push(view.getUint32(at));
  out.push(view.getUint32(head + 8));
  return out;
}

/** Rows of a leaf; those that do not lie on the page are passed over. `usable`: page size without the reserved end. */
export function* tableCells(page: Uint8Array, head: number, usable: number): IterableIterator<TableCell> {
  for (const start of cellPlaces(page, head, 8)) {
    const size = varint(page, start);
    const id = size && varint(page, size.next);
    if (!size || !id) continue;
    const local = localBytes(size.value, usable);
    const spills = local < size.value;
    const end = id.next + local;
    if (end + (spills ? 4 : 0) > page.length) continue;
    const overflow = spills ? viewOf(page).getUint32(end) : 0;
    yield { id: id.value, size: size.value, local: page.subarray(id.next, end), overflow };
  }
}

/** A column's place in its record: serial type, and the span where the value is. */
export interface Column {
  type: number;
  at: number;
  length: number;
}

/** Columns by the record's head; at most eight are looked at. The values may lie past the bytes given. */
export function columns(record: Uint8Array): Column[] {
  const head = varint(record, 0);
  if (!head || head.value > record.length) return [];
  const out: Column[] = [];
  let at = head.value;
  let next = head.next;
  while (next < head.value && out.length < 8) {
    const type = varint(record, next);
    if (!type) break;
    const length = lengthOf(type.value);
    out.push({ type: type.value, at, length });
    at += length;
    next = type.next;
  }
  return out;
}

/** Whole number of a column, 0 where it is none or is cut off. */
export function columnNumber(record: Uint8Array, { type, at, length }: Column): number {
  if (type === 9) return 1;
  if (type < 1 || type > 6 || at + length > record.length) return 0;
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + record[at + i]!;
  return value;
}

/**
 * Whether a page may be of use: not those of indexes, nor the leaves of rpm's many index tables, which together are about
 * half of a database. A row of `Packages` begins with NULL, as SQLite stores the number of a row beside it; a row of the
 * schema has five columns.
 */
export function isUseful(page: Uint8Array, head: number, usable: number): boolean {
  const type = page[head];
  if (type === pageType.indexInner || type === pageType.indexLeaf) return false;
  if (type !== pageType.tableLeaf) return true;
  for (const { local } of tableCells(page, head, usable)) {
    const found = columns(local);
    return found.length >= 5 || found[0]?.type === 0;
  }
  return true;
}

function* cellPlaces(page: Uint8Array, head: number, headLength: number): IterableIterator<number> {
  const view = viewOf(page);
  const first = head + headLength;
  const count = Math.min(view.getUint16(head + 3), Math.max(0, (page.length - first) >> 1));
  for (let i = 0; i < count; i++) yield view.getUint16(first + i * 2);
}

/** How much of a record lies on its leaf ("B-tree Cell Format"). */
function localBytes(size: number, usable: number): number {
  const most = usable - 35;
  if (size <= most) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const rest = least + ((size - least) % (usable - 4));
  return rest <= most ? rest : least;
}

/** Big-endian, seven bits a byte, the ninth byte whole. Undefined where it is cut off, or past what a number holds. */
function varint(bytes: Uint8Array, from: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let at = from; at < from + 9 && at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (at === from + 8) value = value * 256 + byte;
    else value = value * 128 + (byte & 127);
    if (byte < 128 || at === from + 8) return value <= Number.MAX_SAFE_INTEGER ? { value, next: at + 1 } : undefined;
  }
  return undefined;
}

function lengthOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type]!;
}
