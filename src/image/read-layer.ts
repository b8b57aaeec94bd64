/** Reads one layer's stored bytes to a LayerRecord: hashes, inflates, walks, collects, in one pass. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Digest } from '../types.ts';
import { SourceError } from '../types.ts';
import type { LayerCollector } from './collector.ts';
import { inflateStream, isUsedUp, sniffCompression } from './inflate.ts';
import { LayerPass } from './layer-pass.ts';
import type { Limits } from './limits.ts';
import type { LayerRecord } from './model.ts';
import { release } from './release.ts';
import { TarParser } from './tar.ts';

/** What a layer is read with. */
export interface ReadOptions {
  collectors: readonly LayerCollector[];
  limits: Limits;
  /** For messages: `layer 3 of app.tar`. */
  what: string;
  /** Stored bytes read so far. */
  progress?: (bytes: number) => void;
  signal?: AbortSignal;
}

/** @throws SourceError when the bytes are no layer, are cut off or go past a limit. */
export async function readLayer(bytes: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<LayerRecord> {
  const { limits, what } = options;
  const stored = createHash('sha256');
  const plain = createHash('sha256');
  let storedSize = 0;
  const source = bytes[Symbol.asyncIterator]();
  const first = await firstBytes(source);
  const compression = sniffCompression(first);
  if (compression === 'xz') {
    await source.return?.();
    throw new SourceError(
      `${what} is compressed with xz, which no image layer may be; recompress it with gzip or zstd`,
    );
  }
  const counted = (async function* () {
    for (let chunk: Uint8Array | undefined = first; chunk !== undefined; ) {
      options.signal?.throwIfAborted();
      storedSize += chunk.length;
      if (compression !== 'none') stored.update(chunk);
      options.progress?.(storedSize);
      yield chunk;
      const next: IteratorResult<Uint8Array> = await source.next();
      chunk = next.done ? undefined : next.value;
    }
  })();
  const pass = new LayerPass(options.collectors, limits, what);
  const tar = new TarParser(pass, limits, what);
  let tarSize = 0;
  try {
    for await (const chunk of inflateStream(compression, counted, limits, what)) {
      plain.update(chunk);
      tarSize += chunk.length;
      tar.push(chunk);
      if (compression === 'gzip' && isUsedUp(chunk)) release(chunk);
    }
    // An inflater may stop before the end of its input (bytes behind the last frame): they belong to the blob's digest.
    for await (const _ of counted);
  } finally {
    await source.return?.();
  }
  tar.end();
  pass.finish(tar);
  const diffID: Digest = `sha256:${plain.digest('hex')}`;
  return {
    diffID,
    digest: compression === 'none' ? diffID : `sha256:${stored.digest('hex')}`,
    storedSize,
    tarSize,
    compression,
    entries: pass.entries,
    facts: pass.facts,
    failed: pass.failed,
    status: pass.status,
    wholeBytes: pass.wholeBytes,
  };
}

/** Bytes of a span of a file, in chunks that are valid until the next is asked for. @throws SourceError when the file ends early. */
export async function* fileChunks(
  path: string,
  offset: number,
  length: number,
  chunkSize = 1 << 20,
): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    // Two buffers in turn: one may still be in the inflater while the next is read.
    const buffers = [
      Buffer.allocUnsafe(Math.min(chunkSize, length || 1)),
      Buffer.allocUnsafe(Math.min(chunkSize, length || 1)),
    ];
    let done = 0;
    for (let turn = 0; done < length; turn ^= 1) {
      const buffer = buffers[turn]!;
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, length - done), offset + done);
      if (bytesRead === 0) throw new SourceError(`${path} ended early; it changed while it was read or was cut off`);
      done += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** sha256 of stored bytes. */
export async function digestOf(
  bytes: AsyncIterable<Uint8Array>,
  progress?: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    hash.update(chunk);
    size += chunk.length;
    progress?.(size);
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

/** The first chunk, joined with the next ones until it shows its magic bytes. */
async function firstBytes(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 6) {
    const next = await source.next();
    if (next.done) return head;
    head = head.length === 0 && next.value.length >= 6 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}
