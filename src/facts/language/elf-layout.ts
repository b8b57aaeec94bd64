/** Where the parts of an ELF file lie (System V ABI, "Program Header" and "Sections"). Never reads outside the bytes given. */

export interface Segment {
  /** Place and length in the file. */
  offset: number;
  bytes: number;
  /** Place in memory. */
  address: number;
  writable: boolean;
  executable: boolean;
}

export interface ElfLayout {
  segments: Segment[];
  /** A note of Go's: the program's build ID. */
  go: boolean;
  /** End of what is loaded: behind it lie symbols and whatever else is not. */
  tail: number;
  sections: { offset: number; entry: number; count: number; names: number };
  wide: boolean;
  little: boolean;
}

/** Reads a head with its program headers; undefined where it is no ELF, or they lie elsewhere. */
export function readLayout(head: Buffer): ElfLayout | undefined {
  if (head.length < 64 || head.readUInt32BE(0) !== 0x7f454c46) return undefined;
  const wide = head[4] === 2;
  const little = head[5] === 1;
  const u16 = (at: number) => (little ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const u32 = (at: number) => (little ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const word = (at: number) => (wide ? wideWord(head, at, little) : u32(at));
  const table = word(wide ? 32 : 28);
  const size = u16(wide ? 54 : 42);
  const count = u16(wide ? 56 : 44);
  if (size < (wide ? 56 : 32) || table + size * count > head.length) return undefined;
  const layout: ElfLayout = {
    segments: [],
    go: false,
    tail: 0,
    sections: {
      offset: word(wide ? 40 : 32),
      entry: u16(wide ? 58 : 46),
      count: u16(wide ? 60 : 48),
      names: u16(wide ? 62 : 50),
    },
    wide,
    little,
  };
  for (let at = table; at < table + size * count; at += size) {
    const type = u32(at);
    const flags = u32(at + (wide ? 4 : 24));
    const offset = word(at + (wide ? 8 : 4));
    const bytes = word(at + (wide ? 32 : 16));
    if (type === 1) {
      const address = word(at + (wide ? 16 : 8));
      layout.segments.push({ offset, bytes, address, writable: (flags & 2) !== 0, executable: (flags & 1) !== 0 });
      layout.tail = Math.max(layout.tail, offset + bytes);
    } else if (type === 4 && offset + 16 <= head.length && u32(offset + 8) === 4) {
      layout.go ||= head.toString('latin1', offset + 12, offset + 16) === 'Go\0\0';
    }
  }
  return layout;
}

/** The content of a section that lies behind what is loaded, in the bytes from there to the file's end. */
export function tailSection(tail: Buffer, layout: ElfLayout, name: string): Buffer | undefined {
  const { sections, wide, little, tail: from } = layout;
  if (sections.entry < (wide ? 64 : 40)) return undefined;
  const header = (index: number) => {
    const at = sections.offset - from + index * sections.entry;
    if (at < 0 || at + sections.entry > tail.length) return undefined;
    const u32 = (where: number) => (little ? tail.readUInt32LE(at + where) : tail.readUInt32BE(at + where));
    const word = (where: number) => (wide ? wideWord(tail, at + where, little) : u32(where));
    return { name: u32(0), offset: word(wide ? 24 : 16), bytes: word(wide ? 32 : 20) };
  };
  const contentOf = (section: { offset: number; bytes: number } | undefined) => {
    if (!section || section.offset < from || section.offset - from + section.bytes > tail.length) return undefined;
    return tail.subarray(section.offset - from, section.offset - from + section.bytes);
  };
  const names = contentOf(header(sections.names));
  if (!names) return undefined;
  const wanted = names.indexOf(`${name}\0`);
  if (wanted < 0) return undefined;
  for (let i = 0; i < sections.count; i++) {
    const section = header(i);
    if (section?.name === wanted) return contentOf(section);
  }
  return undefined;
}

function wideWord(bytes: Buffer, at: number, little: boolean): number {
  return Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
}
