/** `rpmdb.sqlite-wal`: pages that were written and not yet copied into the database (SQLite, "WAL-mode File Format"). */
import type { ContentSink } from '../../image/collector.ts';
import { headerBudget } from './header.ts';
import { Blocks, type NextBlock, PageStore } from './pages.ts';
import { viewOf } from './rows.ts';
import { unreadPart } from './sqlite.ts';
import { fileHead, isUseful } from './sqlite-pages.ts';
import { type SqlitePart, TableReader } from './sqlite-table.ts';

const logHead = 32;
const frameHead = 24;
/** The last bit tells the byte order of the checksums. */
const magic = 0x377f0682;

/** Reads the log as it passes. What counts are the last committed frames of each page; a wrong checksum ends the log. */
export function walSink(): ContentSink {
  const log = new LogFile();
  const blocks = new Blocks({ size: logHead }, (block) => log.block(block));
  return { write: (chunk) => blocks.write(chunk), end: () => log.finish() };
}

class LogFile {
  private wrong = 'it is empty';
  private pageSize = 0;
  private salt = 0n;
  private little = false;
  private sums: [number, number] = [0, 0];
  /** Frames by their number; which one is a page's last, committed and not yet committed. 0: a page of no use. */
  private store: PageStore | undefined;
  private frames = 0;
  private readonly committed = new Map<number, number>();
  private readonly open = new Map<number, number>();

  block(block: Uint8Array): NextBlock {
    const next = { size: frameHead + this.pageSize };
    if (this.store) return this.frame(block) ? next : undefined;
    const view = viewOf(block);
    this.pageSize = view.getUint32(8);
    this.little = view.getUint32(0) === magic;
    const sound =
      (this.little || view.getUint32(0) === magic + 1) &&
      this.pageSize >= 512 &&
      this.pageSize <= 65_536 &&
      (this.pageSize & (this.pageSize - 1)) === 0;
    this.add(block.subarray(0, 24));
    if (!sound || this.sums[0] !== view.getUint32(24) || this.sums[1] !== view.getUint32(28)) {
      this.wrong = 'its head is damaged';
      return undefined;
    }
    this.salt = view.getBigUint64(16);
    this.store = new PageStore(this.pageSize);
    return { size: frameHead + this.pageSize };
  }

  finish(): SqlitePart {
    const { store, committed } = this;
    if (!store || committed.size === 0) return unreadPart('wal', this.wrong);
    const pages = {
      get: (page: number) => store.get(committed.get(page) ?? 0),
      has: (page: number) => committed.has(page),
    };
    const first = pages.get(1);
    const usable = this.pageSize - (first?.[20] ?? 0);
    const reader = new TableReader(pages, usable, headerBudget());
    const root = reader.root();
    for (const page of committed.keys()) {
      const bytes = pages.get(page);
      if (bytes && page !== 1) reader.readPage(page, bytes);
    }
    const { inner, leaves, rows } = reader;
    return {
      kind: 'wal',
      pageSize: this.pageSize,
      ...(root === undefined ? {} : { root }),
      inner,
      leaves,
      rows,
      ...(store.full || reader.cut ? { cut: true } : {}),
    };
  }

  private frame(block: Uint8Array): boolean {
    const view = viewOf(block);
    const page = view.getUint32(0);
    this.add(block.subarray(0, 8));
    this.add(block.subarray(frameHead));
    // Frames of an earlier round follow where the log was begun again.
    if (page === 0 || view.getBigUint64(8) !== this.salt) return false;
    if (this.sums[0] !== view.getUint32(16) || this.sums[1] !== view.getUint32(20)) return false;
    const bytes = block.subarray(frameHead);
    this.keep(page, bytes);
    if (view.getUint32(4) !== 0) this.commit();
    return true;
  }

  private keep(page: number, bytes: Uint8Array): void {
    const before = this.open.get(page);
    if (before) this.store!.drop(before);
    const useful = isUseful(bytes, page === 1 ? fileHead : 0, this.pageSize);
    if (useful) this.store!.put(++this.frames, bytes);
    this.open.set(page, useful ? this.frames : 0);
  }

  private commit(): void {
    for (const [page, frame] of this.open) {
      const before = this.committed.get(page);
      if (before) this.store!.drop(before);
      this.committed.set(page, frame);
    }
    this.open.clear();
  }

  /** The running checksum ("Checksum Algorithm"). */
  private add(bytes: Uint8Array): void {
    const view = viewOf(bytes);
    let [a, b] = this.sums;
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      a = (a + view.getUint32(at, this.little) + b) >>> 0;
      b = (b + view.getUint32(at + 4, this.little) + a) >>> 0;
    }
    this.sums = [a, b];
  }
}
