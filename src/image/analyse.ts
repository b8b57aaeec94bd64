/** An opened image to an analysed one: layers read side by side, then squashed in order. */
import type { FileEntry, LayerInfo, StatusEntry } from '../types.ts';
import type { LayerReader, LayerResult } from './layer-reader.ts';
import { type Limits, pastLimit } from './limits.ts';
import type { AnalysedImage, ImageHandle, LayerBlob, LayerRecord } from './model.ts';
import { Rootfs } from './rootfs.ts';

/** What reading an image’s layers needs beside the image. */
export interface AnalyseOptions {
  reader: LayerReader;
  limits: Limits;
  /** Layers read at the same time. */
  concurrency: number;
  /** Called as stored bytes are read. */
  progress?: (part: { layer: number; layers: number; read: number; total?: number }) => void;
  /** Results shared by the images of one medium, so that a common base is read once. */
  shared?: Map<string, Promise<LayerResult>>;
}

/** @throws SourceError when a layer cannot be read. */
export async function analyseImage(handle: ImageHandle, options: AnalyseOptions): Promise<AnalysedImage> {
  const results = await readAll(handle, options);
  const records: LayerRecord[] = [];
  const layers: LayerInfo[] = [];
  const rootfs = new Rootfs(options.limits);
  const status: StatusEntry[] = [...handle.status];
  const digestChecks = [...handle.digestChecks];
  for (const [index, result] of results.entries()) {
    const blob = handle.layers[index]!;
    const record = joined(result.record, index);
    records.push(record);
    rootfs.apply(record.entries, index);
    layers.push(layerInfo(blob, record));
    digestChecks.push(...result.checks.map((check) => ({ ...check, layer: index })));
    for (const entry of record.status)
      status.push({ ...entry, layer: index, message: `layer ${index} of ${handle.name} ${entry.message}` });
  }
  for (const check of digestChecks) {
    const whose = check.layer >= 0 ? `layer ${check.layer}` : 'a document of the image';
    status.push({
      part: 'digest',
      level: 'warning',
      message: `${whose} does not match its ${check.kind}: expected ${check.expected}, got ${check.actual}`,
      ...(check.layer >= 0 ? { layer: check.layer } : {}),
    });
  }
  if (rootfs.misplaced.length > 0) {
    const first = rootfs.misplaced[0]!;
    status.push({
      part: 'rootfs',
      level: 'warning',
      layer: first.layer,
      message: `${rootfs.misplaced.length} entr${rootfs.misplaced.length === 1 ? 'y' : 'ies'} could not be placed in the root filesystem (${first.path}: ${first.reason})`,
    });
  }
  const { name, kind, config, annotations, attestations, attestationsKnown, origin } = handle;
  return {
    name,
    kind,
    config,
    annotations,
    layers,
    records,
    rootfs,
    attestations,
    attestationsKnown,
    origin,
    digestChecks,
    status,
    ...(handle.digest ? { digest: handle.digest } : {}),
  };
}

/** How many layers of these images each shared result serves. */
export function layerUses(handles: readonly ImageHandle[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const key of handles.flatMap((handle) => handle.layers.flatMap((blob) => sharedKey(blob) ?? [])))
    uses.set(key, (uses.get(key) ?? 0) + 1);
  return uses;
}

/** Lets go of the results that no later image needs. */
export function forgetLayers(
  handle: ImageHandle,
  uses: Map<string, number>,
  shared: Map<string, Promise<LayerResult>>,
): void {
  for (const key of handle.layers.flatMap((blob) => sharedKey(blob) ?? [])) {
    const left = (uses.get(key) ?? 1) - 1;
    uses.set(key, left);
    if (left <= 0) shared.delete(key);
  }
}

async function readAll(handle: ImageHandle, options: AnalyseOptions): Promise<LayerResult[]> {
  const shared = options.shared ?? new Map<string, Promise<LayerResult>>();
  const results: LayerResult[] = new Array(handle.layers.length);
  const total = totalBytes(handle.layers);
  const read = new Array<number>(handle.layers.length).fill(0);
  // The heaviest first: the last one to finish is then a light one.
  const order = handle.layers
    .map((_, index) => index)
    .sort((a, b) => sizeOf(handle.layers[b]!) - sizeOf(handle.layers[a]!));
  const held = new Held(handle.name, options.limits);
  let next = 0;
  let failed: { error: unknown } | undefined;
  const work = async (): Promise<void> => {
    while (next < order.length && !failed) {
      const index = order[next++]!;
      const blob = handle.layers[index]!;
      const progress = (bytes: number): void => {
        read[index] = bytes;
        options.progress?.({
          layer: index,
          layers: handle.layers.length,
          read: read.reduce((sum, value) => sum + value, 0),
          ...(total === undefined ? {} : { total }),
        });
      };
      const key = sharedKey(blob);
      const running =
        (key ? shared.get(key) : undefined) ?? options.reader.read(blob, `layer ${index} of ${handle.name}`, progress);
      if (key) shared.set(key, running);
      try {
        const result = await running;
        held.add(result.record);
        results[index] = result;
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(options.concurrency, order.length)) }, work));
  if (failed) throw failed.error;
  return results;
}

/** What the layers of one image hold in memory together, bounded as each one comes. */
class Held {
  private entries = 0;
  private names = 0;
  private whole = 0;

  constructor(
    private readonly name: string,
    private readonly limits: Limits,
  ) {}

  /** @throws SourceError past a limit. */
  add({ entries, wholeBytes }: LayerRecord): void {
    const { entriesPerImage, nameBytes, wholeFileBytes } = this.limits;
    this.entries += entries.length;
    this.whole += wholeBytes;
    for (const { path, linkname } of entries) this.names += path.length + (linkname?.length ?? 0);
    if (this.entries > entriesPerImage) this.refuse('entriesPerImage', `more than ${entriesPerImage} entries in all`);
    if (this.names > nameBytes) this.refuse('nameBytes', `entry names of more than ${nameBytes} bytes in all`);
    if (this.whole > 4 * wholeFileBytes)
      this.refuse('wholeFileBytes', `package lists and account files of more than ${4 * wholeFileBytes} bytes in all`);
  }

  private refuse(limit: keyof Limits, what: string): never {
    throw pastLimit(`${this.name} has ${what}, past the limit ${limit}`, limit);
  }
}

function layerInfo(blob: LayerBlob, record: LayerRecord): LayerInfo {
  let size = 0;
  for (const entry of record.entries) size += entry.size;
  return {
    index: blob.index,
    digest: record.digest,
    diffID: record.diffID,
    storedSize: record.storedSize,
    size,
    entries: record.entries.length,
    mediaType: blob.mediaType,
    ...(blob.createdBy === undefined ? {} : { createdBy: blob.createdBy }),
  };
}

const joinedRecords = new WeakSet<LayerRecord>();

/** The record with its entries numbered; a record that several layers share is copied. */
function joined(record: LayerRecord, layer: number): LayerRecord {
  let entries: FileEntry[] = record.entries;
  if (joinedRecords.has(record)) entries = entries.map((entry) => ({ ...entry, layer }));
  else {
    joinedRecords.add(record);
    for (const entry of entries) entry.layer = layer;
  }
  return { ...record, entries };
}

/** Two layers are read once only when every name they go by is the same. */
function sharedKey(blob: LayerBlob): string | undefined {
  if (!blob.digest && !blob.diffID) return undefined;
  const place = blob.content.from === 'file' ? `${blob.content.path}:${blob.content.offset}` : '';
  return blob.content.from === 'file' || blob.content.from === 'stream'
    ? `${blob.digest}|${blob.diffID}|${blob.size}|${place}`
    : undefined;
}

function totalBytes(layers: LayerBlob[]): number | undefined {
  let total = 0;
  for (const layer of layers) {
    const size = sizeOf(layer);
    if (size === 0 && layer.size === undefined && layer.content.from !== 'file') return undefined;
    total += size;
  }
  return total;
}

function sizeOf(blob: LayerBlob): number {
  return blob.content.from === 'file' ? blob.content.length : (blob.size ?? 0);
}
