/** Decompression of layers and archives, bounded and with errors a person can act on. */
import { constants, createGunzip, type Gunzip } from 'node:zlib';
import { SourceError } from '../types.ts';
import { type Limits, pastLimit } from './limits.ts';

/** Of a layer or an archive; layers are never xz. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz';

/** Compression by magic bytes (RFC 1952, RFC 8878, the .xz file format); six bytes are enough. */
export function sniffCompression(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  // A zstd skippable frame may come first.
  if (head[0]! >= 0x50 && head[0]! <= 0x5f && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return 'zstd';
  if (head[0] === 0xfd && head[1] === 0x37 && head[2] === 0x7a && head[3] === 0x58 && head[4] === 0x5a && head[5] === 0)
    return 'xz';
  return 'none';
}

/**
 * The uncompressed bytes, in chunks that are valid until the next is asked for.
 * @param what names the stream in messages: `layer 3`.
 * @throws SourceError on corrupt or cut-off input and past `layerBytes` or `ratio`.
 */
export async function* inflateStream(
  compression: Compression,
  bytes: AsyncIterable<Uint8Array>,
  limits: Limits,
  what: string,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  let written = 0;
  const counted = (async function* () {
    for await (const chunk of bytes) {
      read += chunk.length;
      yield chunk;
    }
  })();
  const output =
    compression === 'gzip'
      ? gunzip(counted, what)
      : compression === 'zstd'
        ? unzstd(counted, what)
        : compression === 'xz'
          ? unxz(counted, what)
          : counted;
  for await (const chunk of output) {
    written += chunk.length;
    if (written > limits.layerBytes) {
      throw pastLimit(`${what} unpacks to more than ${limits.layerBytes} bytes`, 'layerBytes');
    }
    if (written > limits.ratioFloor && written > read * limits.ratio) {
      throw pastLimit(
        `${what} unpacks to more than ${limits.ratio} times its size, as a decompression bomb does`,
        'ratio',
      );
    }
    yield chunk;
  }
}

/** Chunks as the fastest are, and a few of them ahead: one that takes the reader long does not halt the inflater. */
const chunkSize = 256 * 1024;
const inflating: object = { chunkSize, readableHighWaterMark: 1024 * 1024 };

/**
 * Whether a chunk of inflated gzip is the last of its piece of memory: the inflater has taken another by then. Only who
 * is done with it, and has not handed it on to anything that is still at work, may release it.
 */
export function isUsedUp({ buffer, byteOffset, length }: Uint8Array): boolean {
  return buffer.byteLength === chunkSize && byteOffset + length === chunkSize;
}

async function* gunzip(bytes: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Uint8Array> {
  const inflater = createGunzip(inflating);
  yield* through(inflater, bytes, what, 'gzip');
}

/** Pumps bytes through a zlib stream; one input chunk is in flight at a time, so a reader may reuse its buffers. */
async function* through(
  inflater: Gunzip,
  bytes: AsyncIterable<Uint8Array>,
  what: string,
  name: string,
): AsyncGenerator<Uint8Array> {
  let inputError: unknown;
  const feeding = (async () => {
    try {
      for await (const chunk of bytes) {
        if (inflater.destroyed) return;
        // The callback comes when the chunk is used up, or with an error when the stream was destroyed.
        await new Promise<void>((resolve) => inflater.write(chunk, () => resolve()));
      }
      inflater.end();
    } catch (error) {
      inputError = error;
      inflater.destroy();
    }
  })();
  feeding.catch(() => {});
  try {
    for await (const chunk of inflater) yield chunk as Buffer;
  } catch (error) {
    if (inputError) throw inputError;
    throw corrupt(what, name, error);
  } finally {
    inflater.destroy();
  }
  if (inputError) throw inputError;
  await feeding;
  if (inputError) throw inputError;
}

async function* unzstd(bytes: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Uint8Array> {
  const zlib = (await import('node:zlib')) as unknown as { createZstdDecompress?: (options: object) => Gunzip };
  if (zlib.createZstdDecompress) {
    const inflater = zlib.createZstdDecompress({ chunkSize, params: zstdParameters() });
    yield* through(inflater, zstdPieces(bytes, what), what, 'zstd');
    return;
  }
  const { zstdThread } = await import('./zstd-thread.ts');
  try {
    yield* zstdThread(bytes);
  } catch (error) {
    throw error instanceof SourceError ? error : corrupt(what, 'zstd', error);
  }
}

/** Node's decoder takes the end of a frame for the end of all, where more input is at hand: it gets one frame at a time. */
async function* zstdPieces(bytes: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Uint8Array> {
  const { ZstdFrames } = await import('./zstd-frames.ts');
  const frames = new ZstdFrames();
  const pieces = function* (chunk: Uint8Array | undefined): Generator<Uint8Array> {
    try {
      yield* frames.pieces(chunk);
    } catch (error) {
      throw corrupt(what, 'zstd', error);
    }
  };
  for await (const chunk of bytes) yield* pieces(chunk);
  yield* pieces(undefined);
}

function zstdParameters(): Record<number, number> {
  const key = (constants as unknown as Record<string, number>)['ZSTD_d_windowLogMax'];
  return key === undefined ? {} : { [key]: 27 };
}

async function* unxz(bytes: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Uint8Array> {
  const { xzStream } = await import('./xz.ts');
  try {
    yield* xzStream(bytes);
  } catch (error) {
    throw error instanceof SourceError ? error : corrupt(what, 'xz', error);
  }
}

function corrupt(what: string, name: string, error: unknown): SourceError {
  const reason = error instanceof Error ? error.message : String(error);
  return new SourceError(`${what} is not valid ${name} (${reason}); pull or save the image again`);
}
