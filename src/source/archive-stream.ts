/**
 * An archive that can be read only once: compressed, on standard input, or from the Docker Engine.
 * Documents are kept; what looks like a layer is analysed while it passes; names are joined at the end.
 */

import { documentTooLong } from '../image/documents.ts';
import { inflateStream, sniffCompression } from '../image/inflate.ts';
import { pastLimit } from '../image/limits.ts';
import type { LayerContent, LayerRecord, OpenedSource, SourceContext } from '../image/model.ts';
import { type Digest, SourceError, type SourceKind, type StatusEntry } from '../types.ts';
import { noteReplaced, twice } from './archive-file.ts';
import { type ArchiveEntry, archiveEntries } from './archive-tar.ts';
import { StreamReader } from './byte-reader.ts';
import { openMedium } from './images.ts';
import { type Medium, NameTable } from './medium.ts';
import { isDocument, looksLikeLayer } from './sniff.ts';

/** What is known of a stream before it is read. */
export interface ArchiveStreamOptions {
  /** Names the medium in reports and messages. */
  name: string;
  /** Absent = told by the content. */
  kind?: SourceKind;
  /** One image of several: a name, a digest or `@position`. */
  wanted?: string;
  /** Bytes of the whole stream, where known. */
  total?: number;
  /** Opens the same stream anew, where it can be: then layers that the cache knows are only hashed. */
  again?: () => AsyncIterable<Uint8Array>;
}

/** Documents kept in all, in multiples of the document limit. */
const documentsKept = 8;
/** Layers analysed in all, in multiples of the layer limit: an archive may hold several images. */
const layersKept = 4;
/** Entries of all layers together, in multiples of one layer's limit: their records wait in memory for the manifest. */
const entriesKept = 2;

/** Reads the stream to its end once. @throws SourceError where it is no image archive or is damaged. */
export async function openArchiveStream(
  stream: AsyncIterable<Uint8Array>,
  context: SourceContext,
  options: ArchiveStreamOptions,
): Promise<OpenedSource> {
  let medium = await readOnce(stream, context, options, options.again !== undefined);
  if (medium === 'reread') medium = await readOnce(options.again!(), context, options, false);
  if (medium === 'reread') throw new SourceError(`${options.name} could not be read; save the image again`);
  return openMedium(medium, context, options);
}

type Kept =
  | { as: 'document'; bytes: Uint8Array }
  | { as: 'layer'; record: LayerRecord }
  /** Seen and not kept, with the reason if somebody asks for it. */
  | { as: 'passed'; error: SourceError };

async function readOnce(
  stream: AsyncIterable<Uint8Array>,
  context: SourceContext,
  options: ArchiveStreamOptions,
  hints: boolean,
): Promise<Medium | 'reread'> {
  const { name } = options;
  const status: StatusEntry[] = [];
  const table = new NameTable<Kept>();
  const reader = new StreamReader(await inflated(stream, context, options));
  let documents = 0;
  let layers = 0;
  let entries = 0;
  try {
    for await (const entry of archiveEntries(reader, context.limits, name, status)) {
      if (entry.type !== 'file') {
        table.addLink(entry.name, entry.linkname, entry.type === 'symlink');
        continue;
      }
      const body = entry.body();
      const head = await headOf(body);
      if (isDocument(entry.name, head)) {
        if (entry.size > context.limits.documentBytes)
          table.add(entry.name, {
            as: 'passed',
            error: documentTooLong(`${entry.name} in ${name}`, entry.size, context.limits),
          });
        else if (documents + entry.size > documentsKept * context.limits.documentBytes) {
          table.add(entry.name, {
            as: 'passed',
            error: pastLimit(
              `${name} holds more than ${documentsKept * context.limits.documentBytes} bytes of documents`,
              'documentBytes',
            ),
          });
        } else {
          documents += entry.size;
          table.add(entry.name, { as: 'document', bytes: await collect(joined(head, body), entry.size) });
        }
      } else if (looksLikeLayer(entry.name, head)) {
        if (++layers > layersKept * context.limits.layers)
          throw pastLimit(`${name} holds more than ${layersKept * context.limits.layers} layers`, 'layers');
        const kept = await analysed(entry, joined(head, body), context, name, hints);
        if (!kept) return 'reread';
        if (kept.as === 'layer') entries += kept.record.entries.length;
        if (entries > entriesKept * context.limits.entriesPerLayer)
          throw pastLimit(
            `${name} holds layers of more than ${entriesKept * context.limits.entriesPerLayer} entries in all`,
            'entriesPerLayer',
          );
        table.add(entry.name, kept);
      } else
        table.add(entry.name, {
          as: 'passed',
          error: new SourceError(
            `${entry.name} in ${name} is not a layer: it is neither a tar archive nor compressed with gzip or zstd; build or save the image again`,
          ),
        });
    }
  } finally {
    await reader.close();
  }
  return {
    name,
    status,
    names: () => table.names(),
    has: (wanted) => table.get(wanted) !== undefined,
    async document(wanted) {
      const kept = table.get(wanted);
      if (!kept) return undefined;
      if (kept.as === 'passed') throw kept.error;
      if (kept.as === 'layer')
        throw new SourceError(`${wanted} in ${name} is a layer where a JSON document is wanted; save the image again`);
      for (const old of table.replaced(wanted)) {
        if (old.as !== 'document' || Buffer.compare(old.bytes, kept.bytes) !== 0) throw twice(name, wanted);
      }
      return kept.bytes;
    },
    layer(wanted): LayerContent | undefined {
      const kept = table.get(wanted);
      if (!kept) return undefined;
      if (kept.as === 'passed') throw kept.error;
      if (kept.as === 'document')
        throw new SourceError(`${wanted} in ${name} is a JSON document where a layer is wanted; save the image again`);
      noteReplaced(table.replaced(wanted).length, name, wanted, status);
      return { from: 'record', record: kept.record };
    },
  };
}

/** Takes off the outer compression, which the first bytes tell. */
async function inflated(
  stream: AsyncIterable<Uint8Array>,
  context: SourceContext,
  options: ArchiveStreamOptions,
): Promise<AsyncIterable<Uint8Array>> {
  const reader = new StreamReader(stream);
  const head = await reader.read(512);
  if (head.length === 0)
    throw new SourceError(`${options.name} is empty; give an image archive as docker save or skopeo copy write it`);
  const compression = sniffCompression(head);
  let read = 0;
  const raw = (async function* () {
    try {
      for (let piece: Buffer | undefined = head; piece; piece = await reader.chunk(1 << 20)) {
        context.signal.throwIfAborted();
        read += piece.length;
        context.progress({
          read,
          what: options.name,
          ...(options.total === undefined ? {} : { total: options.total }),
        });
        yield piece;
      }
    } finally {
      await reader.close();
    }
  })();
  return compression === 'none' ? raw : inflateStream(compression, raw, context.limits, options.name);
}

/** Undefined where the bytes are not those that the name says, and a cached record was hoped for. */
async function analysed(
  entry: ArchiveEntry,
  bytes: AsyncIterable<Uint8Array>,
  context: SourceContext,
  name: string,
  hints: boolean,
): Promise<Kept | undefined> {
  try {
    const hex = hints ? /(?:^|\/)([0-9a-f]{64})(?:\.tar)?$/.exec(entry.name)?.[1] : undefined;
    const hint = { name: entry.name, size: entry.size, ...(hex ? { digest: `sha256:${hex}` as Digest } : {}) };
    const record = await context.analyse(bytes, hint);
    return record && { as: 'layer', record };
  } catch (error) {
    // Only a layer that an image names may end the run. Where the archive itself broke, the next read says so.
    if (!(error instanceof SourceError)) throw error;
    return { as: 'passed', error: new SourceError(`${entry.name} in ${name} cannot be read: ${error.message}`) };
  }
}

async function headOf(body: AsyncGenerator<Uint8Array>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let have = 0;
  while (have < 512) {
    const next = await body.next();
    if (next.done) break;
    // The piece is valid until the next is asked for, and it must outlive the sniffing.
    pieces.push(Buffer.from(next.value));
    have += next.value.length;
  }
  return Buffer.concat(pieces);
}

async function* joined(head: Buffer, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for await (const piece of rest) yield piece;
}

async function collect(bytes: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array> {
  const result = Buffer.alloc(size);
  let have = 0;
  for await (const piece of bytes) {
    result.set(piece, have);
    have += piece.length;
  }
  return result.subarray(0, have);
}
