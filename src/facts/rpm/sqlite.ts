/** `rpmdb.sqlite`, rpm's database since 4.16 (SQLite, "Database File Format"; rpm, lib/backend/sqlite.c). */
import type { ContentSink } from '../../image/collector.ts';
import { headerBudget } from './header.ts';
import { Blocks, type NextBlock, PageStore } from './pages.ts';
import { viewOf } from './rows.ts';
import { fileHead, isUseful } from './sqlite-pages.ts';
import { type SqlitePart, TableReader } from './sqlite-table.ts';

/** Reads the database as it passes. Only pages that may belong to the table are kept until its end. */
export function sqliteSink(): ContentSink {
  const file = new DatabaseFile();
  const blocks = new Blocks({ size: fileHead }, (block) => file.block(block));
  return { write: (chunk) => blocks.write(chunk), end: () => file.finish() };
}

/** A part that nothing could be read of. */
export function unreadPart(kind: SqlitePart['kind'], unread: string): SqlitePart {
  return { kind, pageSize: 0, inner: [], leaves: [], rows: [], unread };
}

class DatabaseFile {
  private wrong = 'it is too short for an SQLite database';
  private head: Uint8Array | undefined;
  private store: PageStore | undefined;
  private pageSize = 0;
  private usable = 0;
  private number = 0;

  block(block: Uint8Array): NextBlock {
    if (!this.head) {
      const wrong = this.open(block);
      if (wrong === undefined) return { size: this.pageSize - fileHead };
      this.wrong = wrong;
      return undefined;
    }
    this.number++;
    if (this.number === 1) this.store!.put(1, Buffer.concat([this.head, block]));
    else if (isUseful(block, 0, this.usable)) this.store!.put(this.number, block);
    return { size: this.pageSize };
  }

  finish(): SqlitePart {
    const { store } = this;
    if (!store || this.number === 0) return unreadPart('sqlite', this.wrong);
    const pages = { get: (page: number) => store.get(page), has: (page: number) => store.has(page) };
    const reader = new TableReader(pages, this.usable, headerBudget());
    const root = reader.root();
    if (root === undefined) return { ...unreadPart('sqlite', 'it has no table of packages'), pageSize: this.pageSize };
    reader.readTree(root);
    const { inner, leaves, rows } = reader;
    const cut = store.full || reader.cut;
    return { kind: 'sqlite', pageSize: this.pageSize, root, inner, leaves, rows, ...(cut ? { cut } : {}) };
  }

  private open(head: Uint8Array): string | undefined {
    if (String.fromCharCode(...head.subarray(0, 16)) !== 'SQLite format 3\0') return 'it is not an SQLite database';
    const view = viewOf(head);
    const size = view.getUint16(16);
    this.pageSize = size === 1 ? 65_536 : size;
    this.usable = this.pageSize - view.getUint8(20);
    if (this.pageSize < 512 || (this.pageSize & (this.pageSize - 1)) !== 0 || this.usable < 480)
      return `its page size is ${this.pageSize}`;
    this.head = head.slice();
    this.store = new PageStore(this.pageSize);
    return undefined;
  }
}
