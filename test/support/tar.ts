/** Tar bytes for tests: well-formed ones through tar-stream, crafted ones block by block. */
import { pack } from 'tar-stream';

export interface TarItem {
  name: string;
  type?: 'file' | 'directory' | 'symlink' | 'link' | 'character-device' | 'fifo';
  content?: string | Uint8Array;
  mode?: number;
  uid?: number;
  gid?: number;
  linkname?: string;
  pax?: Record<string, string>;
}

/** A complete archive with its end marker. */
export async function tar(items: TarItem[]): Promise<Buffer> {
  const packer = pack();
  const chunks: Buffer[] = [];
  packer.on('data', (chunk) => chunks.push(chunk as Buffer));
  const ended = new Promise<void>((resolve, reject) => packer.on('end', () => resolve()).on('error', reject));
  for (const item of items) {
    const { content, type = 'file', ...rest } = item;
    packer.entry(
      { mtime: new Date(0), ...rest, type } as Parameters<typeof packer.entry>[0],
      Buffer.from(content ?? ''),
    );
  }
  packer.finalize();
  await ended;
  return Buffer.concat(chunks);
}

/** One 512-byte header with a right checksum; for archives that no tool would write. */
export function header(
  name: string,
  fields: { size?: number; type?: string; linkname?: string; mode?: number } = {},
): Buffer {
  const block = Buffer.alloc(512);
  block.write(name.slice(0, 100), 0, 'latin1');
  block.write(`${(fields.mode ?? 0o644).toString(8).padStart(7, '0')}\0`, 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${(fields.size ?? 0).toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(fields.type ?? '0', 156);
  block.write(fields.linkname ?? '', 157, 100, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  return sealed(block);
}

/** Writes the checksum of a header block. */
export function sealed(block: Buffer): Buffer {
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Content padded to whole blocks. */
export function padded(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

export const endMarker = Buffer.alloc(1024);

/** Bytes in chunks of a given size, to find what depends on where chunks are cut. */
export async function* inChunks(bytes: Uint8Array, size = bytes.length || 1): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
