/** One copy of a file's bytes for all collectors that want the whole of it in the same pass. */
import type { FileEntry } from '../types.ts';

/** Filled as the file passes; a piece that another collector has brought already is not copied again. */
export interface SharedBytes {
  write(chunk: Uint8Array, at: number): void;
  /** All of the file; undefined until it has passed. */
  bytes(): Buffer | undefined;
}

// An entry is one object for all collectors of a pass, and goes with it.
const open = new WeakMap<FileEntry, SharedBytes>();

/** Begins the copy of an entry's content. Whoever does lets go of it at the end, since entries live as long as the image. */
export function shareBytes(entry: FileEntry, held: Buffer): SharedBytes {
  let have = 0;
  const made: SharedBytes = {
    write(chunk, at) {
      const from = have - at;
      if (from < 0 || from >= chunk.length || have >= held.length) return;
      const part = chunk.subarray(from, from + held.length - have);
      held.set(part, have);
      have += part.length;
    },
    bytes: () => (have === held.length ? held : undefined),
  };
  open.set(entry, made);
  return made;
}

/** Memory for files that come one after another: one piece serves all but those above `largest` bytes, and nothing of it may be kept. */
export function scratchPad(largest: number, least: number): (length: number) => Buffer {
  let pad = Buffer.alloc(0);
  return (length) => {
    if (length > largest) return Buffer.allocUnsafe(length);
    if (pad.length < length) pad = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(Math.max(least, length))));
    return pad.subarray(0, length);
  };
}

/** Ends the sharing. */
export function releaseBytes(entry: FileEntry): void {
  open.delete(entry);
}

/** The copy that another collector has begun, if any. */
export function sharedBytesOf(entry: FileEntry): SharedBytes | undefined {
  return open.get(entry);
}
