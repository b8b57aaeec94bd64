/** Image archives of every kind, made in memory for tests. */
import { createHash } from 'node:crypto';
import { type TarEntry, tarBytes } from '../../src/source/recipe-tar.ts';
import type { Digest } from '../../src/types.ts';

export const sha256 = (bytes: Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
export const hexOf = (bytes: Uint8Array): string => sha256(bytes).slice(7);
export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
export const fileEntry = (name: string, content: Uint8Array | string): TarEntry => ({
  ...common,
  name,
  type: 'file',
  content: Buffer.from(content),
});
export const linkEntry = (name: string, linkname: string, type: 'symlink' | 'hardlink' = 'symlink'): TarEntry => ({
  ...common,
  name,
  type,
  linkname,
});
export const folderEntry = (name: string): TarEntry => ({ ...common, name, type: 'directory' });

/** A layer with one file. */
export const layerTar = (path: string, content = ''): Buffer => tarBytes([fileEntry(path, content)]);

export function configOf(layers: Uint8Array[], changes: Record<string, unknown> = {}): Buffer {
  return json({
    architecture: 'amd64',
    os: 'linux',
    config: { User: '1000' },
    rootfs: { type: 'layers', diff_ids: layers.map(sha256) },
    history: layers.map((_layer, i) => ({ created_by: `step ${i}` })),
    ...changes,
  });
}

/** `docker save` before Docker 25: manifest.json, config, one folder per layer. */
export function dockerSave(layers: Uint8Array[], tag = 'demo:1', config = configOf(layers)): TarEntry[] {
  const names = layers.map((_layer, i) => `${String(i).repeat(64).slice(0, 64)}/layer.tar`);
  return [
    ...layers.map((layer, i) => fileEntry(names[i]!, layer)),
    fileEntry(`${hexOf(config)}.json`, config),
    fileEntry('manifest.json', json([{ Config: `${hexOf(config)}.json`, RepoTags: [tag], Layers: names }])),
  ];
}

export interface Blobs {
  entries: TarEntry[];
  add(bytes: Uint8Array): { digest: Digest; size: number };
}

/** blobs/sha256 of a layout. */
export function blobStore(): Blobs {
  const entries: TarEntry[] = [];
  return {
    entries,
    add(bytes) {
      entries.push(fileEntry(`blobs/sha256/${hexOf(bytes)}`, bytes));
      return { digest: sha256(bytes), size: bytes.byteLength };
    },
  };
}

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';
export const layerType = 'application/vnd.oci.image.layer.v1.tar';

/** Adds config, layers and manifest; answers the manifest's descriptor. */
export function addImage(
  blobs: Blobs,
  layers: Uint8Array[],
  config = configOf(layers),
  extra: Record<string, unknown> = {},
) {
  const manifest = json({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...blobs.add(config) },
    layers: layers.map((layer) => ({ mediaType: layerType, ...blobs.add(layer) })),
    ...extra,
  });
  return { mediaType: manifestType, ...blobs.add(manifest) };
}

export const indexOf = (manifests: unknown[]): Buffer => json({ schemaVersion: 2, mediaType: indexType, manifests });

/** A layout's entries, index.json last. */
export const layout = (blobs: Blobs, manifests: unknown[]): TarEntry[] => [
  fileEntry('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
  ...blobs.entries,
  fileEntry('index.json', indexOf(manifests)),
];

/** A zstd frame of raw blocks (RFC 8878, sections 3.1.1 and 3.1.1.2.2): valid, and nothing needs to be compressed. */
export function zstdRaw(bytes: Uint8Array): Buffer {
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])]; // no content size, 2 MiB window
  for (let at = 0; at < bytes.byteLength || at === 0; at += 65536) {
    const block = bytes.subarray(at, at + 65536);
    const last = at + 65536 >= bytes.byteLength ? 1 : 0;
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.byteLength << 3) | last, 0, 3);
    parts.push(header, Buffer.from(block));
  }
  return Buffer.concat(parts);
}
