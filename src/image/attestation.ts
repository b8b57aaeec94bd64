/** What goes with an image: BuildKit attestations, SBOMs, provenance, signatures (in-toto attestation framework, "Statement"). */
import { type Attestation, type Digest, SourceError, type StatusEntry } from '../types.ts';
import { DigestMismatch } from './document-loader.ts';
import {
  type Descriptor,
  isDigest,
  isRecord,
  type ManifestDocument,
  parseJson,
  parseManifestOrIndex,
} from './documents.ts';
import type { Limits } from './limits.ts';

/** Materials kept of one provenance statement: more name no base. */
const materialLimit = 1000;

/**
 * The statements of a BuildKit attestation manifest. What cannot be read becomes a status entry, never an error:
 * the image itself is not touched by it.
 */
export async function readAttestations(
  descriptor: Descriptor,
  load: (descriptor: Descriptor, what: string) => Promise<Uint8Array | undefined>,
  limits: Limits,
  status: StatusEntry[],
): Promise<Attestation[]> {
  const what = `attestation manifest ${descriptor.digest}`;
  const found: Attestation[] = [];
  try {
    const bytes = await load(descriptor, what);
    if (!bytes) {
      status.push({ part: 'attestation', level: 'warning', message: `The ${what} is named but absent` });
      return found;
    }
    const manifest = parseManifestOrIndex(bytes, what, limits);
    if (manifest.kind !== 'manifest') return found;
    for (const layer of manifest.layers) {
      const type = layer.annotations['in-toto.io/predicate-type'];
      if (!type && !layer.mediaType.startsWith('application/vnd.in-toto')) continue;
      const stated: Attestation = { kind: kindOf(type ?? ''), type: type ?? '', digest: layer.digest, via: 'index' };
      if ((layer.size ?? 0) > limits.documentBytes) {
        status.push({
          part: 'attestation',
          level: 'info',
          message: `The statement ${layer.digest} is ${layer.size} bytes long, over the document limit: only its type is known`,
        });
        if (type) found.push(stated);
        continue;
      }
      const statement = await load(layer, `attestation ${layer.digest}`);
      if (!statement)
        status.push({
          part: 'attestation',
          level: 'warning',
          message: `The statement ${layer.digest} of the ${what} is absent`,
        });
      else found.push(parseStatement(statement, layer.digest, 'index', limits) ?? stated);
    }
  } catch (error) {
    if (!(error instanceof SourceError) || error instanceof DigestMismatch) throw error;
    // Many manifests may fail for one reason, such as a limit.
    if (!status.some((entry) => entry.message === error.message))
      status.push({ part: 'attestation', level: 'warning', message: error.message });
  }
  return found;
}

/**
 * One in-toto statement, bare, in a DSSE envelope or in a Sigstore bundle. Undefined where it is none.
 * @throws SourceError where the bytes are too long or no JSON.
 */
function parseStatement(
  bytes: Uint8Array,
  digest: Digest,
  via: Attestation['via'],
  limits: Pick<Limits, 'documentBytes'>,
): Attestation | undefined {
  let document = parseJson(bytes, `attestation ${digest}`, limits);
  if (isRecord(document) && isRecord(document['dsseEnvelope'])) document = document['dsseEnvelope'];
  if (isRecord(document) && typeof document['payload'] === 'string') {
    document = parseJson(Buffer.from(document['payload'], 'base64'), `the payload of attestation ${digest}`, limits);
  }
  if (!isRecord(document) || typeof document['predicateType'] !== 'string') return undefined;
  const type = document['predicateType'];
  const attestation: Attestation = { kind: kindOf(type), type, digest, via };
  const predicate = isRecord(document['predicate']) ? document['predicate'] : {};
  if (attestation.kind === 'provenance') attestation.materials = materialsOf(predicate);
  if (attestation.kind === 'sbom') {
    const list = predicate['packages'] ?? predicate['components'];
    if (Array.isArray(list)) attestation.packages = list.length;
  }
  return attestation;
}

/** What an artifact manifest attests, and of which image: by its subject, or by cosign's tag `sha256-HEX.sig`. */
export function artifactAttestation(
  manifest: ManifestDocument,
  digest: Digest,
  names: string[],
): { subject: Digest; attestation: Attestation } | undefined {
  const tag = names
    .map((name) => /(?:^|:)sha256-([0-9a-f]{64})\.(sig|att|sbom)$/.exec(name))
    .find((match) => match !== null);
  const subject = manifest.subject?.digest ?? (tag ? `sha256:${tag[1]}` : undefined);
  if (!isDigest(subject)) return undefined;
  const layer = manifest.layers[0];
  const type = manifest.artifactType ?? layer?.artifactType ?? layer?.mediaType ?? manifest.config.mediaType;
  const predicate =
    layer?.annotations['in-toto.io/predicate-type'] ??
    layer?.annotations['predicateType'] ??
    manifest.annotations['dev.sigstore.bundle.predicateType'];
  return {
    subject,
    attestation: {
      kind: predicate ? kindOf(predicate) : artifactKind(type, tag?.[2]),
      type: predicate ?? type,
      digest,
      via: manifest.subject ? 'referrers' : 'tag',
    },
  };
}

/** What an artifact type stands for; the suffix is that of cosign's tag. */
export function artifactKind(type: string, suffix?: string): Attestation['kind'] {
  if (suffix === 'sig' || /cosign\.simplesigning|notary|signature|dev\.cosign\.artifact\.sig/.test(type))
    return 'signature';
  if (suffix === 'sbom' || /spdx|cyclonedx|sbom|syft/.test(type)) return 'sbom';
  if (/slsa|provenance/.test(type)) return 'provenance';
  return 'other';
}

function kindOf(predicateType: string): Attestation['kind'] {
  if (/^https?:\/\/slsa\.dev\/provenance\//.test(predicateType)) return 'provenance';
  if (/^https?:\/\/(?:spdx\.dev\/|cyclonedx\.org\/)/.test(predicateType)) return 'sbom';
  if (/sigstore\.dev\/cosign\/sign/.test(predicateType)) return 'signature';
  return 'other';
}

/** `materials` of SLSA v0.2, `buildDefinition.resolvedDependencies` of v1. */
function materialsOf(predicate: Record<string, unknown>): NonNullable<Attestation['materials']> {
  const build = predicate['buildDefinition'];
  const list = predicate['materials'] ?? (isRecord(build) ? build['resolvedDependencies'] : undefined);
  const materials: NonNullable<Attestation['materials']> = [];
  if (!Array.isArray(list)) return materials;
  for (const entry of list.slice(0, materialLimit)) {
    if (!isRecord(entry) || typeof entry['uri'] !== 'string') continue;
    const sha256 = isRecord(entry['digest']) ? entry['digest']['sha256'] : undefined;
    const digest = `sha256:${String(sha256)}`;
    materials.push(isDigest(digest) ? { uri: entry['uri'], digest } : { uri: entry['uri'] });
  }
  return materials;
}
