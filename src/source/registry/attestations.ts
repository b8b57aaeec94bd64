import { artifactKind } from '../../image/attestation.ts';
import { type Descriptor, digestOf, parseManifestOrIndex } from '../../image/documents.ts';
import type { Limits } from '../../image/limits.ts';
import { type Attestation, type Digest, SourceError, type StatusEntry } from '../../types.ts';
import type { RepositoryClient } from './client.ts';
import { acceptManifests, tryDocument } from './document.ts';
import { listReferrers, referrersTag, unlessAbsent } from './referrers.ts';

/** What a registry says of an image’s attestations. */
export interface AttestationAnswer {
  attestations: Attestation[];
  /** Every question was answered: none found means that there is none. */
  known: boolean;
  status: StatusEntry[];
}

const cosignSuffixes = ['sig', 'att', 'sbom'] as const;
/** Attestations kept of one question. */
const keepLimit = 100;

/**
 * What the registry keeps beside an image: its referrers (distribution-spec, "Listing Referrers", with the fallback
 * tag) and cosign's tags `sha256-HEX.sig|att|sbom` (cosign, "Signature Specification"). All are asked for at once.
 * A failure is a word in the status and makes `known` false; it is never an error, except that of the signal.
 */
export async function findAttestations(
  client: RepositoryClient,
  subject: Digest,
  limits: Limits,
): Promise<AttestationAnswer> {
  const answer: AttestationAnswer = { attestations: [], known: true, status: [] };
  const settled = await Promise.allSettled([
    referrers(client, subject, limits),
    ...cosignSuffixes.map((suffix) => cosignTag(client, subject, suffix, limits)),
  ]);
  if (client.transport.signal.aborted) throw client.transport.signal.reason;
  const failures: string[] = [];
  for (const result of settled) {
    if (result.status === 'fulfilled') answer.attestations.push(...result.value.slice(0, keepLimit));
    else failures.push(reason(client, result.reason, subject));
  }
  if (failures.length > 0) {
    answer.known = false;
    const message = `Signatures and attestations of ${subject} could not all be looked up: ${failures[0]}`;
    answer.status.push({ part: 'attestation', level: 'warning', message });
  }
  return answer;
}

async function referrers(client: RepositoryClient, subject: Digest, limits: Limits): Promise<Attestation[]> {
  const what = `referrers of ${subject}`;
  const found =
    (await listReferrers(client, subject, what, limits)) ?? (await taggedReferrers(client, subject, what, limits));
  return found.map(fromReferrer);
}

/** distribution-spec, "Referrers Tag Schema". */
async function taggedReferrers(
  client: RepositoryClient,
  subject: Digest,
  what: string,
  limits: Limits,
): Promise<Descriptor[]> {
  const answer = await unlessAbsent(() =>
    tryDocument(
      client,
      { path: `manifests/${referrersTag(subject)}`, what, headers: acceptManifests },
      limits.documentBytes,
    ),
  );
  const document = answer && parseManifestOrIndex(answer.bytes, what, limits);
  return document?.kind === 'index' ? document.manifests : [];
}

async function cosignTag(
  client: RepositoryClient,
  subject: Digest,
  suffix: (typeof cosignSuffixes)[number],
  limits: Limits,
): Promise<Attestation[]> {
  const tag = `${referrersTag(subject)}.${suffix}`;
  const ask = { path: `manifests/${tag}`, what: `tag ${tag}`, headers: acceptManifests };
  // Public registries count a GET as a pull, a HEAD not; mostly there is nothing to get.
  const exists = await unlessAbsent(async () => {
    (await client.tryAsk({ ...ask, method: 'HEAD' })).body.destroy();
    return true;
  });
  if (!exists) return [];
  const { bytes } = await tryDocument(client, ask, limits.documentBytes);
  const digest = digestOf(bytes);
  const manifest = parseManifestOrIndex(bytes, ask.what, limits);
  const layers = manifest.kind === 'manifest' ? manifest.layers : [];
  if (suffix === 'sig')
    return [
      {
        kind: 'signature',
        type: layers[0]?.mediaType || 'application/vnd.dev.cosign.simplesigning.v1+json',
        digest,
        via: 'tag',
      },
    ];
  return layers.map((layer) => {
    const type =
      layer.annotations['predicateType'] || layer.annotations['in-toto.io/predicate-type'] || layer.mediaType;
    return { kind: suffix === 'sbom' ? 'sbom' : kindOf(type), type, digest: layer.digest, via: 'tag' };
  });
}

function fromReferrer(descriptor: Descriptor): Attestation {
  const { annotations, digest } = descriptor;
  const predicate = annotations['in-toto.io/predicate-type'] || annotations['dev.sigstore.bundle.predicateType'];
  const type = predicate || descriptor.artifactType || descriptor.mediaType;
  // A Sigstore bundle without a statement signs the image's bytes.
  const signs = annotations['dev.sigstore.bundle.content'] === 'message-signature';
  return { kind: signs ? 'signature' : kindOf(type), type, digest, via: 'referrers' };
}

function kindOf(type: string): Attestation['kind'] {
  return /sigstore\.dev\/cosign\/sign/.test(type) ? 'signature' : artifactKind(type);
}

function reason(client: RepositoryClient, error: unknown, subject: Digest): string {
  const explained = client.explain(error, `attestations of ${subject}`);
  return explained instanceof SourceError ? explained.message : 'the answer could not be read';
}
