/**
 * Writes layer tars, byte for byte the same for the same entries (POSIX.1-2017, pax). Our own: file capabilities are
 * pax records of raw bytes, which tar-stream writes as UTF-8 text and so destroys, and it turns mode 0 into 0644.
 */

export interface TarEntry {
  /** Without leading slash. */
  name: string;
  type: 'file' | 'directory' | 'symlink' | 'hardlink';
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  linkname?: string;
  content?: Uint8Array;
  /** Raw value of the `security.capability` xattr. */
  capability?: Uint8Array;
}

const BLOCK = 512;
const flags = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;

/** The archive with its end marker. */
export function tarBytes(entries: Iterable<TarEntry>): Buffer {
  const blocks: Uint8Array[] = [];
  for (const entry of entries) {
    const name = entry.type === 'directory' && !entry.name.endsWith('/') ? `${entry.name}/` : entry.name;
    const content = entry.content ?? new Uint8Array();
    const records: Buffer[] = [];
    if (needsPax(name)) records.push(paxRecord('path', Buffer.from(name)));
    if (needsPax(entry.linkname ?? '')) records.push(paxRecord('linkpath', Buffer.from(entry.linkname!)));
    if (entry.capability) records.push(paxRecord('SCHILY.xattr.security.capability', Buffer.from(entry.capability)));
    if (records.length > 0) {
      const body = Buffer.concat(records);
      blocks.push(
        header({
          name: 'PaxHeader',
          mode: 0o644,
          uid: 0,
          gid: 0,
          mtime: 0,
          flag: 'x',
          size: body.length,
          linkname: '',
        }),
        ...padded(body),
      );
    }
    blocks.push(
      header({ ...entry, name, flag: flags[entry.type], size: content.byteLength, linkname: entry.linkname ?? '' }),
      ...padded(content),
    );
  }
  blocks.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(blocks);
}

interface HeaderFields {
  name: string;
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  flag: string;
  size: number;
  linkname: string;
}

function header(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(fields.name, 0, 100);
  octal(block, 100, 8, fields.mode);
  octal(block, 108, 8, fields.uid);
  octal(block, 116, 8, fields.gid);
  octal(block, 124, 12, fields.size);
  octal(block, 136, 12, fields.mtime);
  block.fill(0x20, 148, 156);
  block.write(fields.flag, 156);
  block.write(fields.linkname, 157, 100);
  block.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Octal digits; GNU base-256 where they do not fit, as for large user ids. */
function octal(block: Buffer, at: number, length: number, value: number): void {
  const digits = value.toString(8).padStart(length - 1, '0');
  if (digits.length < length) {
    block.write(`${digits}\0`, at, 'latin1');
    return;
  }
  let rest = value;
  for (let i = at + length - 1; i > at; i--) {
    block[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  block[at] = 0x80;
}

function needsPax(text: string): boolean {
  return Buffer.byteLength(text) > 100 || /[^\x20-\x7e]/.test(text);
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits. */
function paxRecord(key: string, value: Buffer): Buffer {
  const rest = 1 + key.length + 1 + value.length + 1;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, Buffer.from('\n')]);
}

function padded(content: Uint8Array): Uint8Array[] {
  const over = content.byteLength % BLOCK;
  return over === 0 ? [content] : [content, Buffer.alloc(BLOCK - over)];
}
