/** OCI model: what a source hands over, and what the pass over the layers makes of it. */

import type { DigestCheck } from '../types/bytes.ts';
import type { Origin } from '../types/facts.ts';
import type {
  Attestation,
  Digest,
  FileEntry,
  ImageConfig,
  LayerInfo,
  Platform,
  SourceKind,
  StatusEntry,
} from '../types.ts';
import type { LayerFact } from './collector.ts';
import type { Limits } from './limits.ts';
import type { Rootfs } from './rootfs.ts';

/** Result of one pass over one layer: plain data, cached and sent between threads. */
export interface LayerRecord {
  /** sha256 of the uncompressed tar, computed. */
  diffID: Digest;
  /** sha256 of the bytes as stored, computed. */
  digest: Digest;
  /** Bytes as stored, and uncompressed. */
  storedSize: number;
  tarSize: number;
  compression: 'none' | 'gzip' | 'zstd';
  /** In archive order; `layer` is filled in when the record joins an image. */
  entries: FileEntry[];
  /** By collector id. */
  facts: Record<string, LayerFact[]>;
  /** Collectors that failed on this layer, with the reason: their facts are unknown. */
  failed: Record<string, string>;
  /** Each message goes on from the layer's name, since a record serves every image that holds the layer. */
  status: StatusEntry[];
  /** Bytes of files that collectors kept whole. */
  wholeBytes: number;
}

/** Where a layer's stored bytes come from. */
export type LayerContent =
  /** A span of a local file, readable again at will. */
  | { from: 'file'; path: string; offset: number; length: number }
  /** Bytes in memory (recipes, tests). */
  | { from: 'bytes'; bytes: Uint8Array }
  /** A download; `open` may be called again after a failure of the reader. The bytes are checked against `digest` while they pass. */
  | { from: 'stream'; open(): AsyncIterable<Uint8Array> }
  /** Analysed while its archive streamed past. */
  | { from: 'record'; record: LayerRecord }
  /** A folder on disk. */
  | { from: 'folder'; path: string };

/** One layer of an opened image: its names, and where its bytes are. */
export interface LayerBlob {
  index: number;
  mediaType: string;
  /** As the manifest says; absent where the medium names none. */
  digest?: Digest;
  /** As the config says. */
  diffID?: Digest;
  /** Stored bytes as the manifest says. */
  size?: number;
  createdBy?: string;
  content: LayerContent;
  /** The digest comes from a manifest chain whose digests were verified in this run and the transport checks it (registry): a cached record may stand in without reading the bytes. */
  chainVerified: boolean;
}

/** One image of a medium, opened but not read. */
export interface ImageHandle {
  name: string;
  kind: SourceKind;
  /** Manifest digest where there is one, else the config's. */
  digest?: Digest;
  config: ImageConfig;
  annotations: Record<string, string>;
  layers: LayerBlob[];
  attestations: Attestation[];
  /** False where the medium cannot carry attestations, so that none found says nothing. */
  attestationsKnown: boolean;
  origin: Origin;
  /** Digest mismatches found while opening (config, manifest) in a local medium. */
  digestChecks: DigestCheck[];
  status: StatusEntry[];
}

/** A medium. `images` are those that the platform option selects. */
export interface OpenedSource {
  name: string;
  kind: SourceKind;
  images: ImageHandle[];
  /** What was passed over: absent platforms, attestation manifests, artifacts. */
  status: StatusEntry[];
  close(): Promise<void>;
}

/** What a source may ask of its surroundings. */
export interface SourceContext {
  limits: Limits;
  /** Absent = the host's. */
  platform?: Platform;
  allPlatforms: boolean;
  /** `strict`: a digest mismatch in a local medium ends the run. */
  verify: 'report' | 'strict';
  /**
   * For media that stream past: reads one layer. With `digest` (only where the medium can be read again) a cached
   * record may stand in, the bytes being hashed alone; `undefined` then says that they were others: read the medium
   * again without the hint. Without `digest` a record always comes back.
   */
  analyse(
    bytes: AsyncIterable<Uint8Array>,
    hint: { name: string; size: number; digest?: Digest },
  ): Promise<LayerRecord | undefined>;
  /** Stored bytes read so far, of how many (when known). */
  progress(part: { read: number; total?: number; what: string }): void;
  env: Record<string, string | undefined>;
  stdin: () => AsyncIterable<Uint8Array>;
  signal: AbortSignal;
}

/** An image whose layers were read: what the per-image halves of the collectors see. */
export interface AnalysedImage {
  name: string;
  kind: SourceKind;
  digest?: Digest;
  config: ImageConfig;
  annotations: Record<string, string>;
  layers: LayerInfo[];
  records: LayerRecord[];
  rootfs: Rootfs;
  attestations: Attestation[];
  attestationsKnown: boolean;
  origin: Origin;
  digestChecks: DigestCheck[];
  status: StatusEntry[];
}
