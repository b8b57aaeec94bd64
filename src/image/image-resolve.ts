/** Reads what makes a manifest an image, or finds out why it is none. */
import type { DigestCheck } from '../types/bytes.ts';
import { type Attestation, type Digest, type Platform, SourceError } from '../types.ts';
import { artifactAttestation } from './attestation.ts';
import type { Loader } from './document-loader.ts';
import {
  type Descriptor,
  digestOf,
  foreignLayerError,
  isArtifact,
  isAttestation,
  isForeign,
  type ManifestDocument,
  parseManifestOrIndex,
} from './documents.ts';
import type { Candidate } from './index-walk.ts';

/** An image whose manifest and config were read. */
export interface SelectedImage {
  descriptor: Descriptor;
  manifest: ManifestDocument;
  /** The image config, as stored. */
  config: Uint8Array;
  platform?: Platform;
  /** Of the index entry, with the manifest's own over them. */
  annotations: Record<string, string>;
  /** Names that index annotations give it, best first; may be short (`latest`). */
  names: string[];
  /** Documents whose bytes are not what names them. */
  digestChecks: DigestCheck[];
}

/** What a candidate turned out to be. */
export type Resolved =
  | { kind: 'image'; image: SelectedImage }
  /** Named, and not in the medium. */
  | { kind: 'absent'; error: SourceError }
  | { kind: 'artifact'; message: string; subject?: Digest; attestation?: Attestation };

/** Reads manifest and config, and looks whether the layers are there. */
export async function resolveCandidate(candidate: Candidate, names: string[], loader: Loader): Promise<Resolved> {
  const { descriptor } = candidate;
  const { context, name } = loader;
  const label = `manifest ${descriptor.digest}`;
  const digestChecks: DigestCheck[] = [];
  const bytes = candidate.bytes ?? (await loader.load(descriptor, label, 'manifest', digestChecks));
  if (!bytes)
    return {
      kind: 'absent',
      error: new SourceError(`${name} names the ${label} but does not hold it; save or copy the image again`),
    };
  const manifest = parseManifestOrIndex(bytes, `${label} of ${name}`, context.limits);
  if (manifest.kind === 'index')
    return { kind: 'artifact', message: `${label} calls itself a manifest and is an index: left out` };
  if (isArtifact(manifest) || isAttestation(descriptor) || (descriptor.platform === undefined && isInToto(manifest))) {
    const attestation = artifactAttestation(manifest, descriptor.digest, names);
    const type = manifest.artifactType ?? manifest.config.mediaType;
    const found: Resolved = {
      kind: 'artifact',
      message: `Skipped ${names[0] ?? descriptor.digest} in ${name}: it is no container image but ${type || 'an attestation'}`,
    };
    if (attestation) Object.assign(found, attestation);
    return found;
  }
  const config = await loader.load(manifest.config, `config ${manifest.config.digest}`, 'config', digestChecks);
  if (!config) {
    return {
      kind: 'absent',
      error: new SourceError(
        `${name} lacks the config ${manifest.config.digest} that its ${label} names; save or copy the image again`,
      ),
    };
  }
  if (context.has) {
    for (const [index, layer] of manifest.layers.entries()) {
      if (await context.has(layer)) continue;
      if (isForeign(layer)) return { kind: 'absent', error: foreignLayerError(layer, index, name) };
      return {
        kind: 'absent',
        error: new SourceError(
          `${name} lacks layer ${index} (${layer.digest}) that its ${label} names; save or copy the image again`,
        ),
      };
    }
  }
  const image: SelectedImage = {
    descriptor: candidate.bytes || digestChecks.length === 0 ? descriptor : { ...descriptor, digest: digestOf(bytes) },
    manifest,
    config,
    names,
    digestChecks,
    annotations: Object.assign(Object.create(null), candidate.annotations, manifest.annotations),
  };
  const platform = descriptor.platform ?? platformIn(config);
  if (platform) image.platform = platform;
  return { kind: 'image', image };
}

function isInToto(manifest: ManifestDocument): boolean {
  return (
    manifest.layers.length > 0 &&
    manifest.layers.every((layer) => layer.mediaType.startsWith('application/vnd.in-toto'))
  );
}

/** Only a hint for choosing: the config is read with care and complaints later. */
function platformIn(config: Uint8Array): Platform | undefined {
  try {
    const document = JSON.parse(Buffer.from(config).toString('utf8')) as Record<string, unknown> | null;
    const os = document?.['os'];
    const architecture = document?.['architecture'];
    if (typeof os !== 'string' || typeof architecture !== 'string' || os === '' || architecture === '')
      return undefined;
    const variant = document?.['variant'];
    const version = document?.['os.version'];
    return {
      os,
      architecture,
      ...(typeof variant === 'string' && variant !== '' ? { variant } : {}),
      ...(typeof version === 'string' && version !== '' ? { 'os.version': version } : {}),
    };
  } catch {
    return undefined;
  }
}
