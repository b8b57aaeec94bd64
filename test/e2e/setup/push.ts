/** Puts blobs and manifests into a registry one by one, as no client at hand would write them. */
import { sha256 } from './layout.ts';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** In one upload (distribution-spec, "Pushing blobs"). */
export async function putBlob(
  host: string,
  repository: string,
  bytes: Buffer,
): Promise<{ digest: string; size: number }> {
  const digest = sha256(bytes);
  const uploads = `http://${host}/v2/${repository}/blobs/uploads/`;
  const begun = await fetch(uploads, { method: 'POST' });
  const place = new URL(begun.headers.get('location')!, uploads);
  place.searchParams.set('digest', digest);
  await put(place, bytes, 'application/octet-stream');
  return { digest, size: bytes.length };
}

/** Under a tag, or under its digest where it has none. */
export async function putManifest(
  host: string,
  repository: string,
  tag: string | undefined,
  document: object,
  mediaType = manifestType,
): Promise<{ digest: string; size: number; mediaType: string }> {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...document }));
  const digest = sha256(bytes);
  await put(new URL(`http://${host}/v2/${repository}/manifests/${tag ?? digest}`), bytes, mediaType);
  return { digest, size: bytes.length, mediaType };
}

async function put(url: URL, body: Buffer, type: string): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', body, headers: { 'content-type': type } });
  if (answer.status !== 201) throw new Error(`PUT ${url}: ${answer.status} ${await answer.text()}`);
}
