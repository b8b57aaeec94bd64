/**
 * rpm's `Packages` table as one file shows it: the database, or its write-ahead log. A log replaces whole pages of the
 * database, and an image may hold the two in different layers; so each is read by itself, headers and all, and only the
 * small tree of pages is kept to join them.
 */
import { type HeaderBudget, headerBytes, parseHeader, type RpmRow } from './header.ts';
import { viewOf } from './rows.ts';
import {
  type Column,
  childPages,
  columnNumber,
  columns,
  fileHead,
  pageType,
  type TableCell,
  tableCells,
} from './sqlite-pages.ts';

/** What became of a row's header, where it is no index into `rows`. */
export const outcome = { elsewhere: -1, damaged: -2 } as const;

/** Package number, bytes of the record, page on which it goes on, index into `rows` or an outcome. */
export type Cell = [id: number, size: number, overflow: number, row: number];

/** One file's part of the table. */
export interface SqlitePart {
  kind: 'sqlite' | 'wal';
  pageSize: number;
  /** First page of the table, where the file tells it. */
  root?: number;
  /** Pages of the tree: those with child pages, and those with rows. */
  inner: [page: number, children: number[]][];
  leaves: [page: number, cells: Cell[]][];
  rows: RpmRow[];
  /** Why nothing could be read at all: completes "cannot be read: …". */
  unread?: string;
  /** Something was left out for want of room. */
  cut?: true;
}

/** Pages of one file by number. */
export interface Pages {
  get(page: number): Uint8Array | undefined;
  /** True for pages that the file holds, of use or not. */
  has(page: number): boolean;
}

/** Children and rows that one file may name, and pages that its rows may go on to. */
const mostPlaces = 1_000_000;
const mostSteps = 500_000;

/** Reads pages into a part. */
export class TableReader {
  readonly inner: SqlitePart['inner'] = [];
  readonly leaves: SqlitePart['leaves'] = [];
  readonly rows: RpmRow[] = [];
  private readonly taken = new Set<number>();
  private readonly resolved = new Map<string, number>();
  private places = mostPlaces;
  private steps = mostSteps;

  constructor(
    private readonly pages: Pages,
    /** Page size without the reserved end. */
    private readonly usable: number,
    private readonly budget: HeaderBudget,
  ) {}

  /** Something was left out for want of room. */
  get cut(): boolean {
    return this.places <= 0 || this.steps <= 0 || this.budget.spent === true;
  }

  /** First page of the table, by the schema that begins on page 1. */
  root(): number | undefined {
    for (const [number, page] of this.tree(1)) {
      if (page[headOf(number)] !== pageType.tableLeaf) continue;
      for (const { local } of tableCells(page, headOf(number), this.usable)) {
        const [type, name, , root, sql] = columns(local);
        if (!root || !sql || text(local, type!) !== 'table' || text(local, name!) !== 'Packages') continue;
        // A table of that name need not be rpm's, which has a number and a header.
        if (/\bblob\b/i.test(text(local, sql))) return columnNumber(local, root) || undefined;
      }
    }
    return undefined;
  }

  /** Reads the pages of the tree from its first one on. */
  readTree(root: number): void {
    for (const [number, page] of this.tree(root)) this.readPage(number, page);
  }

  /** Notes a page's children, or its rows with their headers. */
  readPage(number: number, page: Uint8Array): void {
    const head = headOf(number);
    if (page[head] === pageType.tableInner) {
      const children = childPages(page, head);
      if ((this.places -= children.length) > 0) this.inner.push([number, children]);
    } else if (page[head] === pageType.tableLeaf) {
      const cells: Cell[] = [];
      for (const cell of tableCells(page, head, this.usable)) {
        if (--this.places <= 0) return;
        cells.push([cell.id, cell.size, cell.overflow, this.resolve(cell)]);
      }
      this.leaves.push([number, cells]);
    }
  }

  private *tree(root: number): IterableIterator<[number, Uint8Array]> {
    const seen = new Set([root]);
    const stack = [root];
    while (stack.length > 0) {
      const number = stack.pop()!;
      const page = this.pages.get(number);
      if (!page) continue;
      yield [number, page];
      if (page[headOf(number)] !== pageType.tableInner) continue;
      for (const child of childPages(page, headOf(number)).reverse()) {
        if (seen.has(child)) continue;
        seen.add(child);
        stack.push(child);
      }
    }
  }

  private resolve(cell: TableCell): number {
    if (cell.overflow !== 0 && !this.pages.has(cell.overflow)) return outcome.elsewhere;
    // The same row may stand on a page that is free by now, too.
    const key = `${cell.id} ${cell.size} ${cell.overflow}`;
    let index = cell.overflow === 0 ? undefined : this.resolved.get(key);
    if (index === undefined) {
      const row = this.header(cell);
      index = row ? this.rows.push(row) - 1 : outcome.damaged;
      if (cell.overflow !== 0) this.resolved.set(key, index);
    }
    return index;
  }

  private header({ size, local, overflow }: TableCell): RpmRow | undefined {
    const blob = columns(local)[1];
    if (!blob || blob.type < 12 || blob.type % 2 === 1 || size > headerBytes) return undefined;
    const pieces = [local];
    const passed: number[] = [];
    let have = local.length;
    for (let number = overflow; have < size; ) {
      const page = this.taken.has(number) ? undefined : this.pages.get(number);
      if (!page || --this.steps <= 0) return undefined;
      passed.push(number);
      const piece = page.subarray(4, Math.min(this.usable, 4 + size - have));
      pieces.push(piece);
      have += piece.length;
      number = viewOf(page).getUint32(0);
    }
    const record = pieces.length === 1 ? local : Buffer.concat(pieces, size);
    const row = parseHeader(record.subarray(blob.at, blob.at + blob.length), this.budget);
    // Only a sound header takes its pages: a row on a free page may name pages that belong to another by now.
    if (row) for (const number of passed) this.taken.add(number);
    return row;
  }
}

function headOf(page: number): number {
  return page === 1 ? fileHead : 0;
}

function text(record: Uint8Array, { type, at, length }: Column): string {
  if (type < 13 || type % 2 === 0 || length > 1024) return '';
  return String.fromCharCode(...record.subarray(at, at + length));
}
