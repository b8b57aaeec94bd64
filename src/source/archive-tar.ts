/**
 * The outer tar of an image archive: names, sizes and places of its entries; contents are passed over unless asked for
 * (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").
 */
import { type Limits, pastLimit } from '../image/limits.ts';
import { cleanPath } from '../image/paths.ts';
import { ExtendedHeaders, extendedFlags } from '../image/tar-extended.ts';
import { isZeroBlock, number, validChecksum } from '../image/tar-fields.ts';
import { sparseMapOf } from '../image/tar-sparse.ts';
import { SourceError, type StatusEntry } from '../types.ts';
import type { ByteReader } from './byte-reader.ts';

/** One file or link of the archive. */
export interface ArchiveEntry {
  /** Clean, relative to the archive's root. */
  name: string;
  type: 'file' | 'hardlink' | 'symlink';
  size: number;
  /** Of a link, as written. */
  linkname: string;
  /** Where the content begins in the (uncompressed) archive. */
  offset: number;
  /** The content, once; what is not read is skipped. Pieces are valid until the next is asked for. */
  body(): AsyncGenerator<Uint8Array>;
}

const BLOCK = 512;
/** Bytes of entry names kept in all: images need a few hundred names. */
const nameBytes = 32 * 2 ** 20;
/** Bytes read past the end marker to see whether something hides there, and to let the writer finish. */
const trailerBytes = 16 * 2 ** 20;

/**
 * Regular files and links in archive order; folders and devices mean nothing here. Stops at the end marker, as Docker does.
 * @throws SourceError where the archive is damaged, cut off or over a limit.
 */
export async function* archiveEntries(
  reader: ByteReader,
  limits: Limits,
  what: string,
  status: StatusEntry[],
): AsyncGenerator<ArchiveEntry> {
  let count = 0;
  let names = 0;
  const extended = new ExtendedHeaders();
  for (;;) {
    const block = await reader.read(BLOCK);
    if (block.length === 0) {
      if (count === 0) throw new SourceError(`${what} is an empty archive; save the image again`);
      return;
    }
    if (block.length < BLOCK) throw cutOff(what, 'a header');
    if (isZeroBlock(block)) {
      await afterEnd(reader, what, status);
      return;
    }
    if (!validChecksum(block)) {
      throw new SourceError(
        count === 0
          ? `${what} is not a tar archive`
          : `${what} is damaged after ${count} entries: a tar header has a wrong checksum; save the image again`,
      );
    }
    if (++count > limits.entriesPerLayer)
      throw pastLimit(`${what} holds more than ${limits.entriesPerLayer} entries`, 'entriesPerLayer');
    const flag = String.fromCharCode(block[156]!);
    const inHeader = checked(number(block, 124, 12), what);
    if (extendedFlags.has(flag)) {
      if (inHeader > limits.extendedHeaderBytes)
        throw pastLimit(
          `${what} has an extended tar header of ${inHeader} bytes, over the limit of ${limits.extendedHeaderBytes}`,
          'extendedHeaderBytes',
        );
      const bytes = await reader.read(inHeader);
      if (bytes.length < inHeader) throw cutOff(what, 'an extended header');
      await reader.skip(padding(inHeader));
      extended.take(flag, bytes, what);
      continue;
    }
    if (sparseMapOf(flag, extended))
      throw new SourceError(`${what} holds a sparse entry, which no image archive has; save the image again`);
    const written = extended.nameOf(block);
    const linkname = extended.linkOf(block);
    const type = typeOf(flag, written);
    const size = type === 'file' || type === undefined ? checked(extended.sizeOf(inHeader, what), what) : 0;
    extended.clear();
    const { path, escaped } = cleanPath(written);
    const offset = reader.position;
    const end = offset + size + padding(size);
    names += path.length + linkname.length;
    if (names > nameBytes || path.length > limits.pathBytes)
      throw new SourceError(`${what} holds entry names beyond all measure; it is no image archive`);
    if (type && type !== 'empty' && escaped) {
      if (status.length < 50)
        status.push({
          part: 'archive',
          level: 'warning',
          message: `${what} has an entry ${JSON.stringify(written.slice(0, 200))} that leads out of it: left out`,
        });
    } else if (type && type !== 'empty') {
      let started = false;
      yield {
        name: path,
        type,
        size,
        linkname,
        offset,
        async *body() {
          if (started) return;
          started = true;
          while (reader.position < offset + size) {
            const piece = await reader.chunk(offset + size - reader.position);
            if (!piece) throw cutOff(what, path);
            yield piece;
          }
        },
      };
    }
    const left = end - reader.position;
    const passed = await reader.skip(left);
    // Writers may leave out the padding of the last entry.
    if (passed < left && reader.position < offset + size) throw cutOff(what, path || 'an entry');
  }
}

/** `empty` for folders and devices, which have no content whatever their size field says; undefined for kinds that Docker does not know. */
function typeOf(flag: string, name: string): ArchiveEntry['type'] | 'empty' | undefined {
  // Early archives mark a folder by its name alone.
  if (flag === '\0' && name.endsWith('/')) return 'empty';
  if (flag === '0' || flag === '\0' || flag === '7') return 'file';
  if (flag === '1') return 'hardlink';
  if (flag === '2') return 'symlink';
  return flag >= '3' && flag <= '6' ? 'empty' : undefined;
}

function checked(size: number, what: string): number {
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new SourceError(`${what} has an entry of impossible size; save the image again`);
}

async function afterEnd(reader: ByteReader, what: string, status: StatusEntry[]): Promise<void> {
  let passed = 0;
  let hidden = false;
  while (passed < trailerBytes) {
    const piece = await reader.chunk(trailerBytes - passed);
    if (!piece) break;
    passed += piece.length;
    hidden ||= piece.some((byte) => byte !== 0);
  }
  if (hidden)
    status.push({
      part: 'archive',
      level: 'warning',
      message: `${what} goes on after its end marker; those bytes are not read, and no runtime reads them`,
    });
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function cutOff(what: string, where: string): SourceError {
  return new SourceError(`${what} is cut off in ${where}; save or copy the image again`);
}
