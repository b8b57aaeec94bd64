/** Writing to a repository (distribution-spec, "Push" and "Content Management"). */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { digestOf, parseManifestOrIndex } from '../../image/documents.ts';
import type { Limits } from '../../image/limits.ts';
import { type Digest, SourceError } from '../../types.ts';
import type { RepositoryClient } from './client.ts';
import { RefusedError } from './errors.ts';
import { namedTarget } from './transport.ts';

/**
 * Puts a small blob where it is not yet, in two requests ("POST then PUT").
 * @throws RefusedError, TransportError (both to be explained), SourceError.
 */
export async function pushBlob(client: RepositoryClient, bytes: Uint8Array, what: string): Promise<Digest> {
  const digest = digestOf(bytes);
  if (await holdsBlob(client, digest, what)) return digest;
  const begun = await client.tryAsk({ method: 'POST', path: 'blobs/uploads/', what, body: new Uint8Array() });
  begun.body.destroy();
  const { location } = begun.headers;
  if (!location)
    throw new SourceError(`${begun.url.host} begins an upload without saying where it goes; ask its operator`);
  const place = namedTarget(location, begun.url);
  place.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  (await client.tryAsk({ method: 'PUT', path: place, what, body: bytes, headers })).body.destroy();
  return digest;
}

/** Puts a manifest or an index under a tag or its digest; the answer's headers. @throws RefusedError, TransportError */
export async function pushManifest(
  client: RepositoryClient,
  name: string,
  bytes: Uint8Array,
  mediaType: string,
  what: string,
): Promise<IncomingHttpHeaders> {
  const headers = { 'content-type': mediaType };
  const response = await client.tryAsk({ method: 'PUT', path: `manifests/${name}`, what, body: bytes, headers });
  response.body.destroy();
  return response.headers;
}

/** What came of a wish to delete. `unsupported`: the registry deletes no such things; `denied`: not for us. */
export type Deletion = 'deleted' | 'absent' | 'unsupported' | 'denied';

/** Deletes a manifest by its digest, with every tag that points to it; or a tag, where the registry can. @throws RefusedError, TransportError */
export async function deleteManifest(client: RepositoryClient, name: string, what: string): Promise<Deletion> {
  try {
    (await client.tryAsk({ method: 'DELETE', path: `manifests/${name}`, what })).body.destroy();
    return 'deleted';
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (error.status === 404) return 'absent';
    if (error.status === 401 || error.status === 403) return 'denied';
    if ([400, 405, 501].includes(error.status)) return 'unsupported';
    throw error;
  }
}

/**
 * Deletes a tag and leaves what it points to. A registry that deletes manifests alone (Distribution before version 3) is
 * helped: the tag is given to an empty manifest made for it, which is then deleted by its digest. Whether that can be is
 * tried with another one first; where it fails all the same, the tag gets back what it pointed to.
 * @throws RefusedError, TransportError
 */
export async function deleteTag(
  client: RepositoryClient,
  tag: string,
  pointsTo: { bytes: Uint8Array; mediaType: string },
): Promise<Deletion> {
  const what = `tag ${tag}`;
  const direct = await deleteManifest(client, tag, what);
  if (direct !== 'unsupported') return direct;
  await pushBlob(client, emptyBytes, what);
  const trial = standIn();
  await pushManifest(client, trial.digest, trial.bytes, manifestType, what);
  const possible = await deleteManifest(client, trial.digest, what);
  if (possible !== 'deleted') return possible;
  const { bytes, digest } = standIn();
  await pushManifest(client, tag, bytes, manifestType, what);
  let gone: Deletion = 'unsupported';
  try {
    gone = await deleteManifest(client, digest, what);
  } finally {
    if (gone !== 'deleted') await pushManifest(client, tag, pointsTo.bytes, pointsTo.mediaType, what);
  }
  return gone;
}

/** image-spec, manifest.md: media type of a manifest. */
export const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** The config of what needs none (image-spec, "Guidance for an Empty Descriptor"), and its one content. */
export const emptyBytes = Buffer.from('{}');
export const emptyConfig = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: digestOf(emptyBytes),
  size: emptyBytes.length,
};

/** An artifact that nobody else can have pushed, so that deleting it deletes nothing of others. */
function standIn(): { bytes: Buffer; digest: Digest } {
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: 'application/vnd.tare.deletion.v1',
      config: emptyConfig,
      layers: [emptyConfig],
      annotations: { 'vnd.tare.id': randomUUID() },
    }),
  );
  return { bytes, digest: digestOf(bytes) };
}

/** The media type under which a manifest is put again. @throws SourceError where it is none. */
export function manifestTypeOf(bytes: Uint8Array, what: string, limits: Limits): string {
  const { kind, mediaType } = parseManifestOrIndex(bytes, what, limits);
  // image-spec lets an OCI document leave it out; Docker's must have it.
  return mediaType || `application/vnd.oci.image.${kind}.v1+json`;
}

async function holdsBlob(client: RepositoryClient, digest: Digest, what: string): Promise<boolean> {
  try {
    (await client.tryAsk({ method: 'HEAD', path: `blobs/${digest}`, what })).body.destroy();
    return true;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return false;
    throw error;
  }
}
