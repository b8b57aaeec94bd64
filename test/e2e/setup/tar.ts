/** Writes tar archives byte by byte (POSIX ustar and PAX), so that a test can also write the wrong ones. */

export interface TarHeader {
  path: string;
  /** Type flag: `0` file, `1` hardlink, `2` symlink, `5` folder, `x` PAX, `L` GNU long name. */
  type?: string;
  mode?: number;
  uid?: number;
  gid?: number;
  linkname?: string;
  /** Size in the header where it is not that of the data. */
  size?: number;
  mtime?: number;
}

/** One entry: header and padded data. */
export function entry(header: TarHeader, data: string | Uint8Array = ''): Buffer {
  const body = Buffer.from(data as string);
  const block = Buffer.alloc(512);
  const text = (value: string, at: number, length: number) => block.write(value.slice(0, length), at, length, 'latin1');
  const octal = (value: number, at: number, length: number) =>
    text(value.toString(8).padStart(length - 1, '0'), at, length - 1);
  block.write(header.path, 0, 100, 'utf8');
  octal(header.mode ?? (header.type === '5' ? 0o755 : 0o644), 100, 8);
  octal(header.uid ?? 0, 108, 8);
  octal(header.gid ?? 0, 116, 8);
  octal(header.size ?? body.length, 124, 12);
  octal(header.mtime ?? 1_700_000_000, 136, 12);
  text(header.type ?? '0', 156, 1);
  block.write(header.linkname ?? '', 157, 100, 'utf8');
  text('ustar', 257, 6);
  text('00', 263, 2);
  block.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  text(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8);
  return Buffer.concat([block, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** A PAX header for the entry that follows it (pax(1), "Extended Header"). */
export function pax(records: Record<string, string | Uint8Array>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value as string), Buffer.from('\n')]);
    let length = rest.length + 1;
    while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
    return Buffer.concat([Buffer.from(`${length}`), rest]);
  });
  return entry({ path: 'PaxHeaders/x', type: 'x' }, Buffer.concat(lines));
}

/** Entries and the two zero blocks that end an archive. */
export function archive(...entries: Uint8Array[]): Buffer {
  return Buffer.concat([...entries, Buffer.alloc(1024)]);
}
