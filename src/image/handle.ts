/** Puts an image's documents and blobs together into what the pass reads. */

import type { DigestCheck } from '../types/bytes.ts';
import type { Reference } from '../types/facts.ts';
import { type Attestation, type Digest, SourceError, type SourceKind, type StatusEntry } from '../types.ts';
import { parseImageConfig } from './config.ts';
import type { Descriptor } from './documents.ts';
import type { SelectedImage } from './image-resolve.ts';
import type { ImageHandle, LayerBlob, LayerContent, SourceContext } from './model.ts';

/** What a medium adds to a selected image. */
export interface HandleParts {
  name: string;
  kind: SourceKind;
  /** Where the layer's stored bytes are. */
  layer(descriptor: Descriptor, index: number): LayerContent;
  /** See LayerBlob: true for a registry alone. */
  chainVerified: boolean;
  references: Reference[];
  pulledFrom?: Reference;
  resolved?: Digest;
  attestations: Attestation[];
  attestationsKnown: boolean;
  status?: StatusEntry[];
}

/**
 * The handle of an image whose manifest and config were read by `selectImages`.
 * @throws SourceError where the config cannot be read, or, with `verify: 'strict'`, does not fit the layers.
 */
export function imageHandleFrom(
  selected: SelectedImage,
  parts: HandleParts,
  context: Pick<SourceContext, 'limits' | 'verify'>,
): ImageHandle {
  const { manifest } = selected;
  const layers = manifest.layers.map((descriptor, index) => ({
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    ...(descriptor.size === undefined ? {} : { size: descriptor.size }),
    content: parts.layer(descriptor, index),
  }));
  const handle = assembleImage(
    {
      name: parts.name,
      kind: parts.kind,
      digest: selected.descriptor.digest,
      configBytes: selected.config,
      layers,
      annotations: selected.annotations,
      references: parts.references,
      attestations: parts.attestations,
      attestationsKnown: parts.attestationsKnown,
      chainVerified: parts.chainVerified,
      digestChecks: selected.digestChecks,
      status: parts.status ?? [],
    },
    context,
  );
  // An index knows what a careless config leaves out.
  if (selected.platform && handle.config.platform.os === 'unknown') handle.config.platform = selected.platform;
  if (parts.pulledFrom) handle.origin.pulledFrom = parts.pulledFrom;
  if (parts.resolved) handle.origin.resolved = parts.resolved;
  return handle;
}

/** A layer as its manifest or its medium names it. */
export interface LayerParts {
  mediaType: string;
  digest?: Digest;
  size?: number;
  content: LayerContent;
}

/** An image as any medium describes it, before its config is read. */
export interface ImageParts {
  name: string;
  kind: SourceKind;
  /** Absent for formats without digests. */
  digest?: Digest;
  configBytes: Uint8Array;
  layers: LayerParts[];
  annotations: Record<string, string>;
  references: Reference[];
  attestations: Attestation[];
  attestationsKnown: boolean;
  chainVerified: boolean;
  digestChecks: DigestCheck[];
  status: StatusEntry[];
}

/** Joins config and layers: diffIDs by position, history by its steps that made a layer. @throws SourceError */
export function assembleImage(parts: ImageParts, context: Pick<SourceContext, 'limits' | 'verify'>): ImageHandle {
  const { config, status } = parseImageConfig(
    parts.configBytes,
    `the config of ${parts.name}`,
    parts.layers.length,
    context.limits,
  );
  const digestChecks = [...parts.digestChecks];
  const fits = config.diffIDs.length === parts.layers.length;
  if (!fits && parts.digest) {
    const message = `The config of ${parts.name} has a number of diffIDs (${config.diffIDs.length}) that is not that of the layers (${parts.layers.length})`;
    if (context.verify === 'strict') throw new SourceError(`${message}; save or build the image again`);
    status.push({ part: 'config', level: 'warning', message: `${message}; the layers cannot be held against them` });
    digestChecks.push({
      layer: -1,
      document: 'config',
      kind: 'diffID',
      expected: `${config.diffIDs.length} diffIDs`,
      actual: `${parts.layers.length} layers`,
    });
  }
  const createdBy = new Map<number, string>();
  for (const step of config.history)
    if (step.layer !== undefined && step.createdBy) createdBy.set(step.layer, step.createdBy);
  const layers = parts.layers.map((layer, index): LayerBlob => {
    const blob: LayerBlob = { ...layer, index, chainVerified: parts.chainVerified };
    const diffID = fits ? config.diffIDs[index] : undefined;
    if (diffID) blob.diffID = diffID;
    const by = createdBy.get(index);
    if (by) blob.createdBy = by;
    return blob;
  });
  return {
    name: parts.name,
    kind: parts.kind,
    ...(parts.digest ? { digest: parts.digest } : {}),
    config,
    annotations: parts.annotations,
    layers,
    attestations: parts.attestations,
    attestationsKnown: parts.attestationsKnown,
    origin: { kind: parts.kind, references: parts.references },
    digestChecks,
    status: [...parts.status, ...status],
  };
}
