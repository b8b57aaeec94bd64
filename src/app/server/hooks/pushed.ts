import { digestOf, isArtifact, isAttestation, parseManifestOrIndex } from '../../../image/documents.ts';
import { defaultLimits } from '../../../image/limits.ts';
import { createClient, type RepositoryClient } from '../../../source/registry/client.ts';
import { fetchManifest } from '../../../source/registry/document.ts';
import { RefusedError } from '../../../source/registry/errors.ts';
import type { RegistryOptions } from '../../../source/registry/options.ts';
import { type Digest, SourceError } from '../../../types.ts';
import type { PushEvent } from '../types.ts';

/** What stands in the registry under the name that a notification gave. */
export type Pushed =
  | { is: 'image'; digest: Digest; bytes: Uint8Array }
  /** A signature, a report of ours, a chart …, or a list of them: nothing to grade. `type` is its own word for itself. */
  | { is: 'artifact'; digest: Digest; type: string }
  /** Deleted since, or never there. */
  | { is: 'gone' };

/** Children of a list that are looked at before it counts as an image. */
const childLimit = 20;

/**
 * Looks at what was pushed before it is graded: registries tell of artifacts as they tell of images, and of ours too. The
 * manifest is read, not the notification believed; what only calls itself an artifact in an index is an image all the same.
 * @throws SourceError, or the signal's reason.
 */
export async function lookAtPush(
  { registry, repository, tag, digest }: Pick<PushEvent, 'registry' | 'repository' | 'tag' | 'digest'>,
  options: RegistryOptions,
  surroundings: { env: Record<string, string | undefined>; signal: AbortSignal },
): Promise<Pushed> {
  const client = createClient({ registry, repository }, options, surroundings);
  try {
    const name = digest === undefined ? { tag: tag ?? 'latest' } : { digest };
    const bytes = await fetchManifest(client, name, defaultLimits.documentBytes);
    const own = digestOf(bytes);
    const type = await artifactType(client, bytes, own);
    return type === undefined ? { is: 'image', digest: own, bytes } : { is: 'artifact', digest: own, type };
  } catch (error) {
    if (isAbsent(error)) return { is: 'gone' };
    throw error;
  } finally {
    client.close();
  }
}

/** Undefined for an image, and for an index with one in it. */
async function artifactType(client: RepositoryClient, bytes: Uint8Array, digest: Digest): Promise<string | undefined> {
  const document = parseManifestOrIndex(bytes, `manifest ${digest}`, defaultLimits);
  if (document.kind === 'manifest')
    return isArtifact(document) ? (document.artifactType ?? document.config.mediaType) : undefined;
  const { manifests } = document;
  if (manifests.length > childLimit || manifests.some((one) => one.artifactType === undefined && !isAttestation(one)))
    return undefined;
  for (const child of manifests) {
    const inner = await fetchManifest(client, { digest: child.digest }, defaultLimits.documentBytes).catch(absent);
    if (inner && !isAttestation(child) && childType(inner, child.digest) === undefined) return undefined;
  }
  return manifests[0]?.artifactType ?? 'an empty index';
}

function childType(bytes: Uint8Array, digest: Digest): string | undefined {
  const document = parseManifestOrIndex(bytes, `manifest ${digest}`, defaultLimits);
  return document.kind === 'manifest' && isArtifact(document) ? document.config.mediaType : undefined;
}

function absent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}

function isAbsent(error: unknown): boolean {
  return error instanceof SourceError && error.cause instanceof RefusedError && error.cause.status === 404;
}
