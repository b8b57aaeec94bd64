/**
 * The JSON documents of an image: manifest, index and their descriptors, read with checks by hand
 * (OCI image-spec, manifest.md, image-index.md, descriptor.md; Docker Registry HTTP API V2, "Image Manifest V 2, Schema 2").
 */

import { createHash } from 'node:crypto';
import { type Digest, type Platform, SourceError } from '../types.ts';
import { maxNesting, nesting } from './json-nesting.ts';
import { type Limits, pastLimit } from './limits.ts';

/** Names a blob (descriptor.md, "Properties"). */
export interface Descriptor {
  /** `''` where the document leaves it out. */
  mediaType: string;
  digest: Digest;
  /** Bytes of the blob as stored; absent where the document leaves it out. */
  size?: number;
  urls: string[];
  annotations: Record<string, string>;
  /** Absent where unstated, also for `unknown/unknown`. */
  platform?: Platform;
  artifactType?: string;
}

/** An image manifest, or that of an artifact. */
export interface ManifestDocument {
  kind: 'manifest';
  mediaType: string;
  config: Descriptor;
  layers: Descriptor[];
  annotations: Record<string, string>;
  artifactType?: string;
  subject?: Descriptor;
}

/** An image index or Docker’s manifest list. */
export interface IndexDocument {
  kind: 'index';
  mediaType: string;
  manifests: Descriptor[];
  annotations: Record<string, string>;
}

/** Media types of image manifests, in the order a client should ask for them. */
export const manifestMediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

/** Config media types of what can be run as a container, as runtimes take them; any other names an artifact. */
export const imageConfigTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
  // Written by old or careless tools for ordinary images.
  'application/vnd.docker.image.config.v1+json',
  'text/html',
  'application/octet-stream',
  'application/json',
  '',
]);

/** sha256 of bytes as a digest. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** True for a digest that we can recompute: sha256 in lower-case hex (descriptor.md, "Digests"). */
export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}

/**
 * Parses JSON within the document limit.
 * @param what names the document in errors: `manifest.json of app.tar`.
 * @throws SourceError where it is too long or no JSON.
 */
export function parseJson(bytes: Uint8Array, what: string, limits: Pick<Limits, 'documentBytes'>): unknown {
  if (bytes.byteLength > limits.documentBytes) {
    throw documentTooLong(what, bytes.byteLength, limits);
  }
  if (nesting(bytes) > maxNesting) {
    throw new SourceError(
      `${what} is nested deeper than ${maxNesting} levels, which no tool writes; save or pull the image again`,
    );
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw new SourceError(`${what} is not valid JSON; save or pull the image again`);
  }
}

/**
 * Reads a manifest or an index, told apart by media type and, where that is missing, by shape.
 * @throws SourceError where it is neither, is schema 1, or breaks a limit.
 */
export function parseManifestOrIndex(
  bytes: Uint8Array,
  what: string,
  limits: Pick<Limits, 'documentBytes' | 'layers' | 'manifests'>,
): ManifestDocument | IndexDocument {
  const document = parseJson(bytes, what, limits);
  if (!isRecord(document)) throw new SourceError(`${what} is not a JSON object, so it is no image manifest`);
  const mediaType = text(document['mediaType']);
  if (document['schemaVersion'] === 1 || mediaType.includes('manifest.v1') || Array.isArray(document['fsLayers'])) {
    if (!mediaType.includes('vnd.oci.')) {
      throw new SourceError(
        `${what} is a Docker schema 1 manifest, which Docker has withdrawn and which names no config; push the image again with a current client`,
      );
    }
  }
  // image-spec, "Ambiguous documents" (CVE-2021-41190): one document must not pass for both kinds.
  if (Array.isArray(document['manifests']) && (isRecord(document['config']) || Array.isArray(document['layers']))) {
    throw new SourceError(
      `${what} is written as a manifest and as an index at once, which tools read differently; build the image again`,
    );
  }
  if (Array.isArray(document['manifests'])) return index(document, mediaType, what, limits);
  if (isRecord(document['config'])) return manifest(document, mediaType, what, limits);
  throw new SourceError(`${what} is neither an image manifest nor an index: it has no "config" and no "manifests"`);
}

/** True where the manifest describes something other than a container image: a chart, a signature, an SBOM. */
export function isArtifact(manifest: ManifestDocument): boolean {
  return !imageConfigTypes.has(manifest.config.mediaType);
}

/**
 * BuildKit's attestation manifest of an index (BuildKit docs, "attestation-storage"). It is for no platform
 * (`unknown/unknown`): what is for one, a runtime would take, whatever its annotation says.
 */
export function isAttestation(descriptor: Descriptor): boolean {
  return (
    descriptor.platform === undefined && descriptor.annotations['vnd.docker.reference.type'] === 'attestation-manifest'
  );
}

/** A layer that its author keeps elsewhere (image-spec, layer.md, "Non-Distributable Layers"). */
export function isForeign(descriptor: Descriptor): boolean {
  return /foreign|nondistributable/.test(descriptor.mediaType) || descriptor.urls.length > 0;
}

/** The error for a foreign layer whose bytes the medium does not hold. */
export function foreignLayerError(descriptor: Descriptor, index: number, what: string): SourceError {
  const hosts = [...new Set(descriptor.urls.map(hostOf))];
  const where = hosts.length > 0 ? ` (on ${hosts.join(', ')})` : '';
  return new SourceError(
    `Layer ${index} of ${what} (${descriptor.digest}) is a foreign layer: its bytes are kept outside the image${where} and tare does not fetch them; save the image with its foreign layers included`,
  );
}

/** The error for a document that is not read, being too long. */
export function documentTooLong(what: string, size: number, limits: Pick<Limits, 'documentBytes'>): SourceError {
  return pastLimit(
    `${what} is ${size} bytes long, over the limit of ${limits.documentBytes} bytes for a document`,
    'documentBytes',
  );
}

/** A JSON object, as opposed to an array or null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string members of an object, in a map without a prototype: keys come from strangers. */
export function stringMap(value: unknown): Record<string, string> {
  const map: Record<string, string> = Object.create(null);
  if (isRecord(value))
    for (const [key, member] of Object.entries(value)) if (typeof member === 'string') map[key] = member;
  return map;
}

/** Reads one descriptor. @throws SourceError where its digest is missing or of an unknown kind. */
export function parseDescriptor(value: unknown, what: string): Descriptor {
  if (!isRecord(value)) throw new SourceError(`${what} is not a descriptor`);
  const digest = value['digest'];
  if (!isDigest(digest)) {
    throw new SourceError(
      `${what} has the digest ${JSON.stringify(digest)?.slice(0, 100) ?? 'missing'}, where a sha256 digest is needed`,
    );
  }
  const size = value['size'];
  const descriptor: Descriptor = {
    mediaType: text(value['mediaType']),
    digest,
    urls: Array.isArray(value['urls']) ? value['urls'].filter((url) => typeof url === 'string') : [],
    annotations: stringMap(value['annotations']),
  };
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) descriptor.size = size;
  const platform = parsePlatform(value['platform']);
  if (platform) descriptor.platform = platform;
  if (typeof value['artifactType'] === 'string') descriptor.artifactType = value['artifactType'];
  return descriptor;
}

function parsePlatform(value: unknown): Platform | undefined {
  if (!isRecord(value)) return undefined;
  const os = text(value['os']);
  const architecture = text(value['architecture']);
  if ((os === '' || os === 'unknown') && (architecture === '' || architecture === 'unknown')) return undefined;
  const platform: Platform = { os, architecture };
  if (text(value['variant'])) platform.variant = text(value['variant']);
  if (text(value['os.version'])) platform['os.version'] = text(value['os.version']);
  return platform;
}

function index(
  document: Record<string, unknown>,
  mediaType: string,
  what: string,
  limits: Pick<Limits, 'manifests'>,
): IndexDocument {
  const list = document['manifests'] as unknown[];
  if (list.length > limits.manifests) {
    throw pastLimit(`${what} names ${list.length} manifests, over the limit of ${limits.manifests}`, 'manifests');
  }
  const manifests = list.map((entry, i) => parseDescriptor(entry, `manifest ${i} named by ${what}`));
  return { kind: 'index', mediaType, manifests, annotations: stringMap(document['annotations']) };
}

function manifest(
  document: Record<string, unknown>,
  mediaType: string,
  what: string,
  limits: Pick<Limits, 'layers'>,
): ManifestDocument {
  const list = Array.isArray(document['layers']) ? document['layers'] : [];
  if (list.length > limits.layers) {
    throw pastLimit(`${what} names ${list.length} layers, over the limit of ${limits.layers}`, 'layers');
  }
  const parsed: ManifestDocument = {
    kind: 'manifest',
    mediaType,
    config: parseDescriptor(document['config'], `the config named by ${what}`),
    layers: list.map((entry, i) => parseDescriptor(entry, `layer ${i} named by ${what}`)),
    annotations: stringMap(document['annotations']),
  };
  if (typeof document['artifactType'] === 'string') parsed.artifactType = document['artifactType'];
  if (isRecord(document['subject'])) parsed.subject = parseDescriptor(document['subject'], `the subject of ${what}`);
  return parsed;
}

function hostOf(url: string): string {
  try {
    return new URL(/^[a-z]+:\/\//i.test(url) ? url : `https://${url}`).host || 'an unnamed host';
  } catch {
    return 'an unreadable address';
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
