/** Bounds on hostile input. Every one can be raised by an option; none can be switched off. */
import { SourceError } from '../types.ts';

/** Each bound’s name is that of its `--limit` option. */
export interface Limits {
  /** Entries in one layer. */
  entriesPerLayer: number;
  /** Entries in all layers of one image. */
  entriesPerImage: number;
  /** Characters of all names and link targets in one layer, and in one image. */
  nameBytes: number;
  /** Bytes of one path, and its segments. */
  pathBytes: number;
  pathDepth: number;
  /** Uncompressed bytes of one layer. */
  layerBytes: number;
  /** Uncompressed ÷ compressed bytes, once `ratioFloor` uncompressed bytes have come out. Deflate itself cannot pass 1,032. */
  ratio: number;
  ratioFloor: number;
  /** Bytes of a config, manifest or index document. */
  documentBytes: number;
  /** Layers in one image; manifests in one index; depth of nested indexes. */
  layers: number;
  manifests: number;
  indexDepth: number;
  /** PAX and GNU long-name header bytes of one entry. */
  extendedHeaderBytes: number;
  symlinkHops: number;
  /** Path segments walked in one root filesystem, symlinks' own counted: what resolving may cost in all. */
  pathSteps: number;
  /** Bytes of one file kept for collectors that want it whole. */
  wholeFileBytes: number;
}

/** Far above what images in use have. */
export const defaultLimits: Limits = {
  entriesPerLayer: 500_000,
  entriesPerImage: 1_000_000,
  nameBytes: 128 * 2 ** 20,
  pathBytes: 4096,
  pathDepth: 256,
  layerBytes: 64 * 2 ** 30,
  ratio: 200,
  ratioFloor: 256 * 2 ** 20,
  documentBytes: 8 * 2 ** 20,
  layers: 512,
  manifests: 512,
  indexDepth: 4,
  extendedHeaderBytes: 1 * 2 ** 20,
  symlinkHops: 40,
  pathSteps: 60_000_000,
  wholeFileBytes: 64 * 2 ** 20,
};

/** The error past a limit. `what` says what is too much of what, without a full stop. */
export function pastLimit(what: string, limit: keyof Limits): SourceError {
  return new SourceError(`${what}; raise it with --limit ${limit}=N if you trust the image`);
}
