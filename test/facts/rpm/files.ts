/** rpm headers and databases, written for tests: what no tool on this machine writes, or writes damaged. */

export interface HeaderShape {
  name?: string;
  version?: string;
  release?: string;
  epoch?: number;
  arch?: string;
  license?: string;
  vendor?: string;
  source?: string;
  module?: string;
  /** Absolute paths; a final slash makes a folder. */
  files?: string[];
  /** By file. */
  states?: number[];
  /** As rpm before 4 wrote them. */
  oldNames?: string[];
  /** Adds nothing of use, for length. */
  padding?: number;
}

const types = { int8: 2, int16: 3, int32: 4, string: 6, bin: 7, strings: 8, i18n: 9 } as const;
type Tag = [tag: number, type: number, count: number, data: Buffer];

const text = (tag: number, value: string | undefined, type: number = types.string): Tag[] =>
  value === undefined ? [] : [[tag, type, 1, Buffer.from(`${value}\0`)]];
const texts = (tag: number, values: string[]): Tag => [
  tag,
  types.strings,
  values.length,
  Buffer.from(values.map((value) => `${value}\0`).join('')),
];
const words = (tag: number, values: number[], bytes: 1 | 2 | 4): Tag => {
  const data = Buffer.alloc(values.length * bytes);
  for (const [i, value] of values.entries()) data.writeUIntBE(value, i * bytes, bytes);
  return [tag, { 1: types.int8, 2: types.int16, 4: types.int32 }[bytes], values.length, data];
};

/** A header as the databases keep it. */
export function header(shape: HeaderShape): Buffer {
  const { files = [] } = shape;
  const folders = [...new Set(files.map((file) => folderOf(file)))];
  const tags: Tag[] = [
    ...text(1000, shape.name),
    ...text(1001, shape.version),
    ...text(1002, shape.release),
    ...(shape.epoch === undefined ? [] : [words(1003, [shape.epoch], 4)]),
    ...text(1011, shape.vendor),
    ...text(1014, shape.license),
    ...text(1022, shape.arch),
    ...(shape.oldNames ? [texts(1027, shape.oldNames)] : []),
    ...(shape.states ? [words(1029, shape.states, 1)] : []),
    ...text(1044, shape.source),
    ...text(5096, shape.module),
    ...(shape.padding ? [[1005, types.bin, shape.padding, Buffer.alloc(shape.padding, 0x2a)] satisfies Tag] : []),
  ];
  if (files.length > 0) {
    tags.push(
      words(
        1030,
        files.map((file) => (file.endsWith('/') ? 0o040755 : 0o100644)),
        2,
      ),
    );
    tags.push(
      words(
        1116,
        files.map((file) => folders.indexOf(folderOf(file))),
        4,
      ),
    );
    tags.push(
      texts(
        1117,
        files.map((file) => file.replace(/\/$/, '').slice(folderOf(file).length)),
      ),
    );
    tags.push(texts(1118, folders));
  }
  return headerOf(tags);
}

/** A header of any tags. */
export function headerOf(tags: Tag[]): Buffer {
  const index: Buffer[] = [];
  const data: Buffer[] = [];
  let at = 0;
  for (const [tag, type, count, bytes] of tags) {
    const align = { [types.int16]: 2, [types.int32]: 4 }[type] ?? 1;
    const gap = (align - (at % align)) % align;
    data.push(Buffer.alloc(gap), bytes);
    const entry = Buffer.alloc(16);
    for (const [i, value] of [tag, type, at + gap, count].entries()) entry.writeUInt32BE(value, i * 4);
    index.push(entry);
    at += gap + bytes.length;
  }
  const intro = Buffer.alloc(8);
  intro.writeUInt32BE(tags.length, 0);
  intro.writeUInt32BE(at, 4);
  return Buffer.concat([intro, ...index, ...data]);
}

function folderOf(file: string): string {
  const path = file.replace(/\/$/, '');
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** An ndb database; `slotPages` may be more than it needs. */
export function ndb(headers: Buffer[], { slotPages = 1 } = {}): Buffer {
  const slots = Buffer.alloc(slotPages * 4096);
  slots.write('RpmP', 0);
  slots.writeUInt32LE(1, 8);
  slots.writeUInt32LE(slotPages, 12);
  slots.writeUInt32LE(headers.length + 1, 16);
  for (let at = 32; at < slots.length; at += 16) slots.write('Slot', at);
  const blobs: Buffer[] = [];
  let unit = slots.length / 16;
  for (const [i, bytes] of headers.entries()) {
    const units = Math.ceil((16 + bytes.length + 12) / 16);
    const blob = Buffer.alloc(units * 16);
    blob.write('BlbS', 0);
    blob.writeUInt32LE(i + 1, 4);
    blob.writeUInt32LE(1, 8);
    blob.writeUInt32LE(bytes.length, 12);
    bytes.copy(blob, 16);
    blob.writeUInt32LE(bytes.length, blob.length - 8);
    blob.write('BlbE', blob.length - 4);
    // The last slots of the last page: a reader must look at all of them.
    const slot = slots.length - 16 * (i + 1);
    slots.writeUInt32LE(i + 1, slot + 4);
    slots.writeUInt32LE(unit, slot + 8);
    slots.writeUInt32LE(units, slot + 12);
    unit += units;
    blobs.push(blob);
  }
  return Buffer.concat([slots, ...blobs]);
}

export interface BdbShape {
  big?: boolean;
  pageSize?: number;
  /** Lays the overflow pages from the end of the file on. */
  backwards?: boolean;
}

/** A hash of one bucket, with each header on overflow pages. */
export function bdb(headers: Buffer[], { big = false, pageSize = 512, backwards = false }: BdbShape = {}): Buffer {
  const u32 = (page: Buffer, value: number, at: number) =>
    big ? page.writeUInt32BE(value, at) : page.writeUInt32LE(value, at);
  const u16 = (page: Buffer, value: number, at: number) =>
    big ? page.writeUInt16BE(value, at) : page.writeUInt16LE(value, at);
  const room = pageSize - 26;
  const counts = headers.map((bytes) => Math.ceil(bytes.length / room));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const pages = Array.from({ length: 2 + total }, () => Buffer.alloc(pageSize));
  for (const [number, page] of pages.entries()) u32(page, number, 8);
  const [meta, hash] = pages as [Buffer, Buffer];
  u32(meta, 0x061561, 12);
  u32(meta, 9, 16);
  u32(meta, pageSize, 20);
  meta[25] = 8;
  u32(meta, pages.length - 1, 32);
  hash[25] = 13;
  let end = pageSize;
  let items = 0;
  const add = (item: Buffer) => {
    end -= item.length;
    item.copy(hash, end);
    u16(hash, end, 26 + 2 * items++);
  };
  const key = (number: number) => {
    const item = Buffer.alloc(5);
    item[0] = 1;
    u32(item, number, 1);
    return item;
  };
  add(key(0));
  add(key(headers.length));
  let next = 0;
  for (const [i, bytes] of headers.entries()) {
    const place = (part: number) => (backwards ? pages.length - 1 - (next + part) : 2 + next + part);
    for (let part = 0; part < counts[i]!; part++) {
      const page = pages[place(part)]!;
      const piece = bytes.subarray(part * room, (part + 1) * room);
      u32(page, part === 0 ? 0 : place(part - 1), 12);
      u32(page, part + 1 < counts[i]! ? place(part + 1) : 0, 16);
      u16(page, 1, 20);
      u16(page, piece.length, 22);
      page[25] = 7;
      piece.copy(page, 26);
    }
    const item = Buffer.alloc(12);
    item[0] = 3;
    u32(item, place(0), 4);
    u32(item, bytes.length, 8);
    add(key(i + 1));
    add(item);
    next += counts[i]!;
  }
  u16(hash, items, 20);
  return Buffer.concat(pages);
}
