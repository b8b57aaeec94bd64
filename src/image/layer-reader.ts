/** Decides how each layer is read: from the cache, on a thread or here; and holds its bytes against the names they go by. */

import type { DigestCheck } from '../types/bytes.ts';
import type { Digest } from '../types.ts';
import { SourceError } from '../types.ts';
import type { LayerCollector } from './collector.ts';
import { readFolder } from './folder.ts';
import type { LayerStore } from './layer-cache.ts';
import type { Limits } from './limits.ts';
import type { LayerBlob, LayerContent, LayerRecord } from './model.ts';
import { digestOf, fileChunks, type ReadOptions, readLayer } from './read-layer.ts';
import { decodeRecord } from './record-codec.ts';
import type { WorkerPool } from './worker-pool.ts';

/** What every layer of a run is read with. */
export interface LayerReaderOptions {
  collectors: readonly LayerCollector[];
  limits: Limits;
  cache?: LayerStore | undefined;
  /** Starts the threads; asked for only when there is enough to do. */
  pool?: (() => Promise<WorkerPool | undefined>) | undefined;
  signal?: AbortSignal | undefined;
  /** Ends the run on a mismatch in a local medium too. */
  strict?: boolean;
}

/** A layer’s record, and where its bytes are not what names them. */
export interface LayerResult {
  record: LayerRecord;
  checks: DigestCheck[];
  cached: boolean;
}

/** Local layers from this size on are worth a thread, bytes as stored. */
const worthThread = 4 << 20;

/** Reads layers for one run; see the head of this file. */
export class LayerReader {
  constructor(private readonly options: LayerReaderOptions) {}

  /** Reads one layer. @throws SourceError as `readLayer`, and on a mismatch where the medium must be true. */
  async read(blob: LayerBlob, what: string, progress: (bytes: number) => void): Promise<LayerResult> {
    const cached = await this.fromCache(blob, progress);
    if (cached) return { record: cached, checks: this.compare(blob, cached, what), cached: true };
    const record = await this.fresh(blob.content, what, progress, blob);
    const checks = this.compare(blob, record, what);
    return { record, checks, cached: false };
  }

  /**
   * Reads a layer that streams past. With `digest`, a cached record may stand in: then the bytes are only hashed,
   * and `undefined` says that they were others, so that the caller must read its medium again without the hint.
   */
  async streamed(bytes: AsyncIterable<Uint8Array>, what: string, digest?: Digest): Promise<LayerRecord | undefined> {
    const candidate = digest && (await this.known(digest));
    if (digest && candidate) {
      const actual = await digestOf(bytes, undefined, this.options.signal);
      return actual.digest === digest ? candidate : undefined;
    }
    const record = await readLayer(bytes, this.readOptions(what));
    await this.options.cache?.put(record);
    return record;
  }

  private async fromCache(blob: LayerBlob, progress: (bytes: number) => void): Promise<LayerRecord | undefined> {
    const { cache } = this.options;
    const { content } = blob;
    if (!cache) return undefined;
    if (content.from === 'stream') return blob.chainVerified && blob.digest ? this.known(blob.digest) : undefined;
    if (content.from !== 'file') return undefined;
    if (blob.digest) {
      const note = await cache.blob(blob.digest);
      if (!note || !(await cache.has(note.diffID))) return undefined;
      const actual = await digestOf(
        fileChunks(content.path, content.offset, content.length),
        progress,
        this.options.signal,
      );
      return actual.digest === blob.digest ? this.known(blob.digest) : undefined;
    }
    // No digest of the stored bytes: only an uncompressed layer can be recognised, by its diffID.
    if (!blob.diffID || !(await cache.has(blob.diffID))) return undefined;
    const actual = await digestOf(
      fileChunks(content.path, content.offset, content.length),
      progress,
      this.options.signal,
    );
    return this.known(actual.digest);
  }

  private async known(digest: Digest): Promise<LayerRecord | undefined> {
    const note = await this.options.cache?.blob(digest);
    const record = note && (await this.options.cache!.get(note.diffID));
    return record && { ...record, digest, storedSize: note.storedSize, compression: note.compression };
  }

  private async fresh(
    content: LayerContent,
    what: string,
    progress: (bytes: number) => void,
    blob: LayerBlob,
  ): Promise<LayerRecord> {
    const options = { ...this.readOptions(what), progress };
    switch (content.from) {
      case 'record':
        return content.record;
      case 'folder':
        return readFolder(content.path, options);
      case 'bytes':
        return this.remember(await readLayer(once(content.bytes), options));
      case 'stream':
        return this.remember(await this.download(content, options));
      case 'file': {
        const local = (): Promise<LayerRecord> =>
          readLayer(fileChunks(content.path, content.offset, content.length), options);
        const pool = content.length >= worthThread ? await this.options.pool?.() : undefined;
        if (!pool) return this.remember(await local());
        const { path, offset, length } = content;
        const answer = await pool.run({ path, offset, length, what, limits: this.options.limits }, local, progress);
        if ('local' in answer) return this.remember(answer.local);
        const record = decodeRecord(answer.encoded);
        await this.options.cache?.put(record, answer.encoded);
        return record;
      }
      default:
        throw new SourceError(`layer ${blob.index} has no content`);
    }
  }

  /**
   * A corrupt blob often breaks its decompression before its digest can be told; then the rest is read too,
   * as the source's own check names the blob.
   */
  private async download(
    content: Extract<LayerContent, { from: 'stream' }>,
    options: ReadOptions,
  ): Promise<LayerRecord> {
    try {
      return await readLayer(content.open(), options);
    } catch (error) {
      if (error instanceof SourceError && !this.options.signal?.aborted) for await (const _ of content.open());
      throw error;
    }
  }

  private async remember(record: LayerRecord): Promise<LayerRecord> {
    await this.options.cache?.put(record);
    return record;
  }

  private readOptions(what: string) {
    const { collectors, limits, signal } = this.options;
    return { collectors, limits, what, ...(signal ? { signal } : {}) };
  }

  private compare(blob: LayerBlob, record: LayerRecord, what: string): DigestCheck[] {
    const checks: DigestCheck[] = [];
    if (blob.content.from === 'folder') return checks;
    if (blob.digest && blob.digest !== record.digest) {
      checks.push({ layer: blob.index, kind: 'digest', expected: blob.digest, actual: record.digest });
    } else if (blob.size !== undefined && blob.size !== record.storedSize) {
      checks.push({ layer: blob.index, kind: 'size', expected: String(blob.size), actual: String(record.storedSize) });
    }
    if (blob.diffID && blob.diffID !== record.diffID) {
      checks.push({ layer: blob.index, kind: 'diffID', expected: blob.diffID, actual: record.diffID });
    }
    const first = checks[0];
    if (first && (this.options.strict || blob.chainVerified)) {
      throw new SourceError(
        `${what} (${blob.digest ?? blob.diffID}) does not match its ${first.kind}: expected ${first.expected}, got ${first.actual}; pull or save the image again`,
      );
    }
    return checks;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
