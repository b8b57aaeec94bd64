/** `Packages` as a Berkeley DB hash (db-5.3, dbinc/db_page.h): what rpm before 4.16 writes. */
import type { ContentSink } from '../../image/collector.ts';
import { headerBudget, headerBytes, parseHeader, type RpmRow } from './header.ts';
import { Blocks, PageStore } from './pages.ts';
import { type RpmRows, rowsOf, viewOf } from './rows.ts';

/** What is needed of the first page, and the head of every other. */
const metaBytes = 512;
const pageHead = 26;
const pageType = { unsortedHash: 2, overflow: 7, hash: 13 } as const;
const itemType = { inline: 1, elsewhere: 3 } as const;
const magic = 0x061561;

/** Reads the file as it passes. */
export function bdbSink(): ContentSink {
  let reader: BdbReader | undefined;
  let wrong = 'it is too short for a Berkeley DB hash';
  let number = 0;
  const blocks = new Blocks({ size: metaBytes }, (block) => {
    if (reader) reader.page(block, ++number);
    else {
      const meta = openMeta(block);
      if (typeof meta === 'string') {
        wrong = meta;
        return undefined;
      }
      reader = new BdbReader(meta.pageSize, meta.little);
      return { skip: meta.pageSize - metaBytes, size: meta.pageSize };
    }
    return { size: reader.pageSize };
  });
  return {
    write: (chunk) => blocks.write(chunk),
    end: () => (reader ? reader.finish() : rowsOf([], wrong)),
  };
}

function openMeta(block: Uint8Array): { pageSize: number; little: boolean } | string {
  const view = viewOf(block);
  const little = view.getUint32(12, true) === magic;
  if (!little && view.getUint32(12) !== magic) return 'it is not a Berkeley DB hash';
  const pageSize = view.getUint32(20, little);
  if (pageSize < metaBytes || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0)
    return `its page size is ${pageSize}`;
  if (view.getUint8(24) !== 0) return 'it is encrypted';
  if (view.getUint8(26) & 1) return 'its pages carry checksums';
  return { pageSize, little };
}

interface Chain {
  head: number;
  pages: number[];
  size: number;
}

/**
 * A header lies on a chain of overflow pages, mostly in the order of the file: a chain is read as soon as it is whole
 * and its pages are dropped, so that memory stays far below the size of the database. It counts only where a hash page
 * refers to it. A page belongs to one chain, so that no database takes more time than its size.
 */
class BdbReader {
  private readonly store: PageStore;
  private readonly budget = headerBudget();
  private readonly taken = new Set<number>();
  /** Chains that are not whole, by the page that is to come next; whole ones by their first. */
  private readonly open = new Map<number, Chain>();
  private readonly whole = new Map<number, { size: number; row: RpmRow | undefined }>();
  private readonly wanted: ({ head: number; size: number } | RpmRow)[] = [];
  private damaged = 0;

  constructor(
    readonly pageSize: number,
    private readonly little: boolean,
  ) {
    this.store = new PageStore(pageSize);
  }

  page(block: Uint8Array, number: number): void {
    const type = block[25];
    if (type === pageType.hash || type === pageType.unsortedHash) this.hashPage(block);
    else if (type === pageType.overflow) {
      this.store.put(number, block);
      const waiting = this.open.get(number);
      if (waiting) {
        this.open.delete(number);
        this.follow(waiting, number);
      } else if (viewOf(block).getUint32(12, this.little) === 0)
        this.follow({ head: number, pages: [], size: 0 }, number);
    }
  }

  finish(): RpmRows {
    const rows: RpmRow[] = [];
    for (const item of this.wanted) {
      if ('n' in item) {
        rows.push(item);
        continue;
      }
      // A first page that does not say it is one is followed all the same, as Berkeley DB does.
      if (!this.whole.has(item.head) && !this.taken.has(item.head))
        this.follow({ head: item.head, pages: [], size: 0 }, item.head);
      const found = this.whole.get(item.head);
      this.whole.delete(item.head);
      if (found?.row && found.size >= item.size) rows.push(found.row);
      else this.damaged++;
    }
    return rowsOf(rows, undefined, this.damaged, this.store.full || this.budget.spent);
  }

  /** Pairs of items: a package's number, and its header or where that lies. */
  private hashPage(block: Uint8Array): void {
    const view = viewOf(block);
    const count = Math.min(view.getUint16(20, this.little), (block.length - pageHead) >> 1);
    let end = block.length;
    let counter = false;
    for (let i = 0; i < count; i++) {
      const at = view.getUint16(pageHead + i * 2, this.little);
      if (at < pageHead || at >= end) {
        this.damaged++;
        return;
      }
      // Number 0 is no package: it holds the highest number.
      if (i % 2 === 0) counter = end - at === 5 && view.getUint32(at + 1, this.little) === 0;
      else if (!counter) this.item(block.subarray(at, end));
      end = at;
    }
  }

  private item(item: Uint8Array): void {
    if (item[0] === itemType.elsewhere && item.length >= 12) {
      const view = viewOf(item);
      this.wanted.push({ head: view.getUint32(4, this.little), size: view.getUint32(8, this.little) });
      return;
    }
    const row = item[0] === itemType.inline ? parseHeader(item.subarray(1), this.budget) : undefined;
    if (row) this.wanted.push(row);
    else this.damaged++;
  }

  /** Goes on with a chain as far as its pages have passed. */
  private follow(chain: Chain, from: number): void {
    let number = from;
    for (;;) {
      const page = this.store.get(number);
      if (this.taken.has(number) || this.open.has(number) || chain.size > headerBytes) return;
      if (!page) {
        this.open.set(number, chain);
        return;
      }
      this.taken.add(number);
      const view = viewOf(page);
      chain.pages.push(number);
      chain.size += Math.min(view.getUint16(22, this.little), page.length - pageHead);
      number = view.getUint32(16, this.little);
      if (number === 0) break;
    }
    const bytes = Buffer.allocUnsafe(chain.size);
    let at = 0;
    for (const number of chain.pages) {
      const page = this.store.get(number)!;
      const length = Math.min(viewOf(page).getUint16(22, this.little), page.length - pageHead);
      bytes.set(page.subarray(pageHead, pageHead + length), at);
      at += length;
      this.store.drop(number);
    }
    this.whole.set(chain.head, { size: chain.size, row: parseHeader(bytes, this.budget) });
  }
}
