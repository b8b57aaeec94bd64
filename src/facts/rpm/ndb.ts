/** `Packages.db`, rpm's own format that SUSE uses (rpm, lib/backend/ndb/rpmpkg.c): slots, then the headers they lead to. */
import type { ContentSink } from '../../image/collector.ts';
import { headerBudget, headerBytes, parseHeader, type RpmRow } from './header.ts';
import { Blocks, type NextBlock } from './pages.ts';
import { type RpmRows, rowsOf, viewOf } from './rows.ts';

/** First words, little-endian. */
const magic = { file: 0x506d7052, slot: 0x746f6c53, header: 0x53626c42 } as const;
/** Places are counted in units, each slot is one, and the file's own head two. */
const unit = 16;
const pageBytes = 4096;
const mostSlotPages = 1024;

interface Slot {
  id: number;
  at: number;
  length: number;
}

/** Reads the file as it passes, one header at a time in memory. */
export function ndbSink(): ContentSink {
  const reader = new NdbReader();
  const blocks = new Blocks({ size: pageBytes }, (block) => reader.block(block));
  return { write: (chunk) => blocks.write(chunk), end: () => reader.finish() };
}

class NdbReader {
  private readonly rows: RpmRow[] = [];
  private readonly budget = headerBudget();
  private wrong: string | undefined = 'it is too short for an ndb database';
  /** In the order of the file, once all are read; `next` is the first that is still to come. */
  private slots: Slot[] = [];
  private slotPages = 0;
  private next = 0;
  private position = 0;
  /** Bytes of the header that comes now, when its head was sound. */
  private inside: number | undefined;
  private damaged = 0;

  block(block: Uint8Array): NextBlock {
    const start = this.position;
    this.position += block.length;
    if (this.slotPages === 0) {
      this.wrong = this.open(block);
      if (this.wrong !== undefined) return undefined;
      this.readSlots(block.subarray(2 * unit));
      if (this.slotPages > 1) return { size: (this.slotPages - 1) * pageBytes };
    } else if (start < this.slotPages * pageBytes) this.readSlots(block);
    else if (this.inside !== undefined) {
      const row = parseHeader(block, this.budget);
      if (row) this.rows.push(row);
      else this.damaged++;
      this.inside = undefined;
    } else {
      this.inside = this.blobLength(block);
      if (this.inside !== undefined) return { size: this.inside };
    }
    return this.aim();
  }

  finish(): RpmRows {
    const cutOff = this.inside === undefined ? 0 : 1;
    return rowsOf(this.rows, this.wrong, this.damaged + cutOff + this.slots.length - this.next, this.budget.spent);
  }

  private open(block: Uint8Array): string | undefined {
    const view = viewOf(block);
    if (view.getUint32(0, true) !== magic.file || view.getUint32(4, true) !== 0) return 'it is not an ndb database';
    const pages = view.getUint32(12, true);
    if (pages === 0 || pages > mostSlotPages) return `it has ${pages} pages of slots`;
    this.slotPages = pages;
    return undefined;
  }

  private readSlots(bytes: Uint8Array): void {
    const view = viewOf(bytes);
    for (let at = 0; at + unit <= bytes.length; at += unit) {
      const id = view.getUint32(at + 4, true);
      if (view.getUint32(at, true) !== magic.slot || id === 0) continue;
      this.slots.push({ id, at: view.getUint32(at + 8, true) * unit, length: view.getUint32(at + 12, true) * unit });
    }
    this.slots.sort((a, b) => a.at - b.at);
  }

  /** The next header that is still to come; those that lie in one another or in the slots are damaged. */
  private aim(): NextBlock {
    for (; this.next < this.slots.length; this.next++) {
      const { at } = this.slots[this.next]!;
      if (at >= this.position) {
        const skip = at - this.position;
        this.position = at;
        return { skip, size: unit };
      }
      this.damaged++;
    }
    return undefined;
  }

  /** Before each header: magic, number, generation, length. Undefined where no slot fits. */
  private blobLength(head: Uint8Array): number | undefined {
    const view = viewOf(head);
    const id = view.getUint32(4, true);
    const length = view.getUint32(12, true);
    const { at } = this.slots[this.next]!;
    let found: Slot | undefined;
    for (; this.slots[this.next]?.at === at; this.next++) {
      const slot = this.slots[this.next]!;
      if (!found && slot.id === id && length > 0 && length <= slot.length - unit) found = slot;
      else this.damaged++;
    }
    if (found && view.getUint32(0, true) === magic.header && length <= headerBytes) return length;
    if (found) this.damaged++;
    return undefined;
  }
}
