import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LayoutOptions {
  /** Media type of every layer. */
  mediaType?: string;
  /** What goes into the image config beside os and rootfs. */
  config?: Record<string, unknown>;
  /** Text of the documents, where a test writes them itself. */
  raw?: { index?: string | Buffer; manifest?: string | Buffer; config?: string | Buffer };
}

/** Writes an OCI layout with one image. A diffID is that of the stored bytes unless `diffIDs` gives it. */
export function makeLayout(
  dir: string,
  layers: { bytes: Buffer; diffID?: string }[],
  options: LayoutOptions = {},
): string {
  mkdirSync(join(dir, 'blobs/sha256'), { recursive: true });
  const mediaType = options.mediaType ?? 'application/vnd.oci.image.layer.v1.tar';
  const stored = layers.map(({ bytes }) => ({ mediaType, ...putBlob(dir, bytes) }));
  const config = putBlob(
    dir,
    options.raw?.config ??
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        config: { User: '1000', Cmd: ['/bin/app'] },
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffID }, i) => diffID ?? stored[i]?.digest) },
        ...options.config,
      }),
  );
  const manifest = putBlob(
    dir,
    options.raw?.manifest ??
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: stored,
      }),
  );
  writeFileSync(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(dir, 'index.json'),
    options.raw?.index ??
      JSON.stringify({
        schemaVersion: 2,
        manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }],
      }),
  );
  return dir;
}

/** Puts a blob where its digest says. */
export function putBlob(dir: string, content: string | Buffer): { digest: string; size: number } {
  const bytes = Buffer.from(content as string);
  const digest = sha256(bytes);
  mkdirSync(join(dir, 'blobs/sha256'), { recursive: true });
  writeFileSync(blobPath(dir, digest), bytes);
  return { digest, size: bytes.length };
}

/** Path of a blob in a layout. */
export function blobPath(dir: string, digest: string): string {
  return join(dir, 'blobs', digest.replace(':', '/'));
}

/** Digests of the layers of a layout's first manifest. */
export function layersOf(dir: string): string[] {
  const index = JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8')) as { manifests: { digest: string }[] };
  const manifest = JSON.parse(readFileSync(blobPath(dir, index.manifests[0]?.digest ?? ''), 'utf8')) as {
    layers: { digest: string }[];
  };
  return manifest.layers.map((layer) => layer.digest);
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
