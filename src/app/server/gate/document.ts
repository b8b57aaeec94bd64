/** What a manifest is that somebody pushes or pulls: told by its bytes, held against its labels. */
import {
  type Descriptor,
  imageConfigTypes,
  isRecord,
  type ManifestDocument,
  parseJson,
  parseManifestOrIndex,
} from '../../../image/documents.ts';
import { defaultLimits, type Limits } from '../../../image/limits.ts';
import { SourceError } from '../../../types.ts';
import { ambiguity } from './json.ts';

/** What it is, before any blob was looked at. */
export type Kind =
  /** To be graded. */
  | { kind: 'image' }
  | { kind: 'index'; manifests: Descriptor[] }
  /** Says that it is no image. Its config is to be read, and where that is an image's, its layers: no label is believed. */
  | { kind: 'artifact'; what: string; manifest?: ManifestDocument }
  /** Nobody can tell what a runtime would make of it. */
  | { kind: 'unclear'; why: string }
  /** Two readers would read two things, or it is of a form that is withdrawn. */
  | { kind: 'refused'; why: string };

const ociIndex = 'application/vnd.oci.image.index.v1+json';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
const indexTypes = new Set([ociIndex, dockerList]);
const manifestTypes = new Set([ociManifest, dockerManifest]);
/** Manifests of artifacts that had a type of their own for a while; no runtime reads them. */
const blobLists = new Set([
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.cncf.oras.artifact.manifest.v1+json',
]);
/** Layers of signatures, attestations and SBOMs, which are attached with an ordinary image config. */
const statements =
  /^(?:application\/vnd\.in-toto(?:\.[\w.-]+)?(?:\+[\w.-]+)?|application\/vnd\.dev\.(?:cosign|sigstore)\.[\w.+-]+|application\/vnd\.dsse\.envelope\.v1\+json|(?:text|application)\/(?:vnd\.)?(?:spdx|cyclonedx|syft)[\w.+-]*)$/;

/**
 * @param contentType of the request or answer that carried it. @param limits depth and size of the document.
 */
export function kindOf(bytes: Uint8Array, contentType: string | undefined, limits: Limits = defaultLimits): Kind {
  let document: unknown;
  try {
    document = parseJson(bytes, 'The manifest', limits);
  } catch (error) {
    return refused(error, 'the manifest cannot be read');
  }
  if (!isRecord(document)) return { kind: 'refused', why: 'the manifest is not a JSON object' };
  const twice = ambiguity(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  if (twice) return { kind: 'refused', why: `the manifest ${twice}, and tools differ in how they read that` };
  const said = bareType(contentType);
  const own = document['mediaType'];
  if (own !== undefined && typeof own !== 'string')
    return { kind: 'refused', why: 'the manifest has a mediaType that is no text' };
  if (
    document['schemaVersion'] === 1 ||
    'fsLayers' in document ||
    /distribution\.manifest\.v1\b/.test(`${said} ${own ?? ''}`)
  ) {
    return {
      kind: 'refused',
      why: 'it is a Docker schema 1 manifest, which is withdrawn and names no config; push the image with a current client',
    };
  }
  if (own !== undefined && said !== '' && own.toLowerCase() !== said) {
    return { kind: 'refused', why: `the manifest says that it is ${short(own)}, and is sent as ${short(said)}` };
  }
  return byType(document, (own ?? said).toLowerCase(), bytes, limits);
}

function byType(document: Record<string, unknown>, type: string, bytes: Uint8Array, limits: Limits): Kind {
  const isIndex = 'manifests' in document;
  const isManifest = 'config' in document || 'layers' in document;
  if (isIndex && isManifest) return { kind: 'refused', why: 'it is written as a manifest and as an index at once' };
  if ((indexTypes.has(type) && !isIndex) || (manifestTypes.has(type) && !isManifest)) {
    return { kind: 'refused', why: `it is sent as ${short(type)} and is written as something else` };
  }
  if (blobLists.has(type) && !isIndex && !isManifest) return { kind: 'artifact', what: 'a manifest of an artifact' };
  if (!isIndex && !isManifest) return { kind: 'unclear', why: `${short(type) || 'its media type'} is not known here` };
  // Without a type, or with a general one, a registry goes by the shape, and so does this.
  if (!indexTypes.has(type) && !manifestTypes.has(type) && type !== '' && type !== 'application/json')
    return { kind: 'unclear', why: `the media type ${short(type)} is not known here` };
  try {
    const parsed = parseManifestOrIndex(bytes, 'The manifest', limits);
    if (parsed.kind === 'index') return { kind: 'index', manifests: parsed.manifests };
    return ofManifest(parsed, type);
  } catch (error) {
    // Digests of another kind are allowed, and cannot be followed from here.
    if (error instanceof SourceError && /digest/.test(error.message)) return { kind: 'unclear', why: error.message };
    return refused(error, 'the manifest cannot be read');
  }
}

function ofManifest(manifest: ManifestDocument, type: string): Kind {
  const config = manifest.config.mediaType.toLowerCase();
  if (!imageConfigTypes.has(config)) {
    // Runtimes that check the config's type do so in OCI manifests alone.
    if (type !== ociManifest) return { kind: 'unclear', why: `its config is ${short(config)}, which is no image's` };
    return { kind: 'artifact', what: manifest.artifactType || config, manifest };
  }
  const { layers } = manifest;
  if (layers.length > 0 && layers.every(({ mediaType }) => statements.test(mediaType.toLowerCase())))
    return { kind: 'artifact', what: layers[0]!.mediaType, manifest };
  return { kind: 'image' };
}

function bareType(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]!.trim().toLowerCase();
}

function refused(error: unknown, otherwise: string): Kind {
  return { kind: 'refused', why: error instanceof SourceError ? error.message : otherwise };
}

function short(type: string): string {
  return type.slice(0, 120).replace(/[^\x20-\x7e]/g, '?');
}
