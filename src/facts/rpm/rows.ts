/** What reading a database gives, whatever its format. */
import type { RpmRow } from './header.ts';

/** Packages of one file, gpg-pubkey pseudo packages among them. */
export interface RpmRows {
  kind: 'rows';
  rows: RpmRow[];
  /** Why nothing could be read at all: completes "cannot be read: …". */
  unread?: string;
  /** Packages that are there but could not be read. */
  damaged?: number;
  /** Something was left out for want of room. */
  cut?: true;
}

/** Leaves out what is not so. A database of which every package is damaged cannot be read. */
export function rowsOf(rows: RpmRow[], wrong?: string, damaged = 0, cut = false): RpmRows {
  const unread = wrong ?? (rows.length === 0 && damaged > 0 ? 'none of its packages is whole' : undefined);
  return {
    kind: 'rows',
    rows,
    ...(unread === undefined ? {} : { unread }),
    ...(damaged > 0 ? { damaged } : {}),
    ...(cut ? { cut } : {}),
  };
}

/** A view of the same bytes, for numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
