import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Descriptor, digestOf, documentTooLong, isDigest, manifestMediaTypes } from '../../image/documents.ts';
import { type Digest, SourceError } from '../../types.ts';
import { readDocument } from './body.ts';
import type { Ask, RepositoryClient } from './client.ts';
import { RefusedError } from './errors.ts';
import { backOff, isTransient } from './retry.ts';

/** What is asked for where a manifest or an index may come. Schema 1 is left out: it is refused when it comes all the same. */
export const acceptManifests = { accept: manifestMediaTypes.join(', ') };

/**
 * A whole document, at most `limit` bytes; a download that breaks is begun again.
 * @throws RefusedError, TransportError (both to be explained), SourceError.
 */
export async function tryDocument(
  client: RepositoryClient,
  ask: Ask,
  limit: number,
): Promise<{ bytes: Buffer; headers: IncomingHttpHeaders }> {
  for (let attempt = 1; ; attempt++) {
    const response = await client.tryAsk(ask);
    try {
      return { bytes: await readDocument(response, client.transport, limit, ask.what), headers: response.headers };
    } catch (error) {
      if (!isTransient(error) || attempt >= client.retry.attempts) throw error;
      await sleep(backOff(client.retry, attempt), undefined, { signal: client.transport.signal });
    }
  }
}

/** The document that a tag or digest names. With a digest it is checked; Docker-Content-Digest is not believed. @throws SourceError */
export async function fetchManifest(
  client: RepositoryClient,
  name: { tag: string } | { digest: Digest },
  limit: number,
): Promise<Buffer> {
  const tag = 'tag' in name ? name.tag : undefined;
  const path = `manifests/${'digest' in name ? name.digest : name.tag}`;
  const what = 'digest' in name ? `manifest ${name.digest}` : `tag ${tag}`;
  const given = 'digest' in name ? atHand(client, name.digest, what, limit) : undefined;
  if (given) return given;
  const { bytes } = await explained(client, what, () =>
    tryDocument(client, { path, what, headers: acceptManifests }, limit),
  );
  if ('digest' in name) check(bytes, name.digest, what);
  return bytes;
}

/**
 * What a tag points to, as its registry says; undefined where there is no such tag. Most registries need not be asked for the
 * manifest itself, which some count as a pull.
 * @throws RefusedError, TransportError (both to be explained), SourceError.
 */
export async function digestOfTag(client: RepositoryClient, tag: string, limit: number): Promise<Digest | undefined> {
  const ask: Ask = { method: 'HEAD', path: `manifests/${tag}`, what: `tag ${tag}`, headers: acceptManifests };
  try {
    const response = await client.tryAsk(ask);
    response.body.destroy();
    const said = response.headers['docker-content-digest'];
    return isDigest(said) ? said : digestOf(await fetchManifest(client, { tag }, limit));
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * The manifest, config or other small blob that a descriptor names, checked against its digest and size.
 * Undefined where the registry does not hold it. @throws SourceError
 */
export async function fetchNamed(
  client: RepositoryClient,
  descriptor: Descriptor,
  limit: number,
): Promise<Buffer | undefined> {
  const { digest, mediaType, size } = descriptor;
  const isManifest = (manifestMediaTypes as readonly string[]).includes(mediaType);
  // A media type that says nothing may stand for either.
  const places = isManifest ? ['manifests'] : ['blobs', 'manifests'];
  const what = `${isManifest ? 'manifest' : 'blob'} ${digest}`;
  if (size !== undefined && size > limit) throw documentTooLong(`The ${what}`, size, { documentBytes: limit });
  const given = atHand(client, digest, what, limit);
  if (given) return given;
  for (const place of places) {
    const headers: Record<string, string> = place === 'manifests' ? acceptManifests : {};
    try {
      const { bytes } = await tryDocument(client, { path: `${place}/${digest}`, what, headers }, limit);
      check(bytes, digest, what, size);
      return bytes;
    } catch (error) {
      if (!(error instanceof RefusedError && error.status === 404)) throw client.explain(error, what);
    }
  }
  return undefined;
}

/** A document that was given beforehand, held to the digest and the limit like any other. */
function atHand(client: RepositoryClient, digest: Digest, what: string, limit: number): Buffer | undefined {
  const given = client.documents.get(digest)?.bytes;
  if (!given) return undefined;
  if (given.byteLength > limit) throw documentTooLong(`The ${what}`, given.byteLength, { documentBytes: limit });
  check(given, digest, what);
  return Buffer.from(given.buffer, given.byteOffset, given.byteLength);
}

async function explained<T>(client: RepositoryClient, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw client.explain(error, what);
  }
}

function check(bytes: Uint8Array, digest: Digest, what: string, size?: number): void {
  const actual = digestOf(bytes);
  if (actual !== digest) throw altered(what, `has the digest ${actual}, which is not what names it`);
  if (size !== undefined && size !== bytes.byteLength)
    throw altered(what, `is ${bytes.byteLength} bytes long, where ${size} are named`);
}

/** The error for content that is not what its digest or size says. */
export function altered(what: string, why: string): SourceError {
  return new SourceError(`${what} ${why}: the registry or something on the way altered it; push the image again`);
}
