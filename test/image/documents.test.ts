import { describe, expect, it } from 'vitest';
import {
  type Descriptor,
  foreignLayerError,
  isArtifact,
  isForeign,
  parseManifestOrIndex,
} from '../../src/image/documents.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import { SourceError } from '../../src/types.ts';

const parse = (value: unknown, limits = defaultLimits) =>
  parseManifestOrIndex(Buffer.from(JSON.stringify(value)), 'the manifest', limits);
const descriptor = (extra: Record<string, unknown> = {}) => ({
  mediaType: 'application/vnd.oci.image.config.v1+json',
  digest: `sha256:${'1'.repeat(64)}`,
  size: 2,
  ...extra,
});

describe('parseManifestOrIndex', () => {
  it('reads manifests of OCI and of Docker', () => {
    const manifest = parse({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: descriptor({ mediaType: 'application/vnd.docker.container.image.v1+json' }),
      layers: [descriptor()],
      annotations: { a: 'b', c: 1 },
    });
    expect(manifest).toMatchObject({ kind: 'manifest', layers: [{ size: 2 }] });
    expect({ ...manifest.annotations }).toEqual({ a: 'b' });
    expect(manifest.kind === 'manifest' && isArtifact(manifest)).toBe(false);
  });

  it('reads indexes, without a media type too, and takes unknown/unknown for no platform', () => {
    const index = parse({
      manifests: [
        descriptor({ platform: { os: 'linux', architecture: 'arm', variant: 'v6' } }),
        descriptor({ platform: { os: 'unknown', architecture: 'unknown' } }),
      ],
    });
    expect(index.kind === 'index' && index.manifests.map((entry) => entry.platform)).toEqual([
      { os: 'linux', architecture: 'arm', variant: 'v6' },
      undefined,
    ]);
  });

  it('tells artifacts by their config', () => {
    const chart = parse({ config: descriptor({ mediaType: 'application/vnd.cncf.helm.config.v1+json' }), layers: [] });
    expect(chart.kind === 'manifest' && isArtifact(chart)).toBe(true);
  });

  it.each([
    [{ schemaVersion: 1, fsLayers: [], name: 'x' }, /schema 1/],
    [{ mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws' }, /schema 1/],
    [{ config: descriptor(), layers: [], manifests: [] }, /at once/],
    [{}, /neither/],
    [[], /not a JSON object/],
    [{ config: { digest: 'sha256:short' } }, /the config named by the manifest has the digest "sha256:short"/],
    [{ config: descriptor(), layers: [{}] }, /layer 0 named by the manifest has the digest missing/],
    [{ manifests: [5] }, /manifest 0 named by the manifest is not a descriptor/],
    [{ manifests: [{ digest: '../../etc/passwd' }] }, /where a sha256 digest is needed/],
  ])('refuses %j', (value, message) => {
    expect(() => parse(value)).toThrow(SourceError);
    expect(() => parse(value)).toThrow(message);
  });

  it('holds numbers of layers and manifests to their limits', () => {
    expect(() =>
      parse({ config: descriptor(), layers: [descriptor(), descriptor()] }, { ...defaultLimits, layers: 1 }),
    ).toThrow(/2 layers, over the limit of 1/);
    expect(() => parse({ manifests: [descriptor(), descriptor()] }, { ...defaultLimits, manifests: 1 })).toThrow(
      /2 manifests, over the limit of 1/,
    );
  });
});

describe('foreign layers', () => {
  const layer = (extra: Partial<Descriptor>): Descriptor => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: `sha256:${'2'.repeat(64)}`,
    urls: [],
    annotations: {},
    ...extra,
  });

  it('are told by media type or by urls', () => {
    expect(isForeign(layer({}))).toBe(false);
    expect(isForeign(layer({ mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }))).toBe(true);
    expect(isForeign(layer({ mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar' }))).toBe(true);
    expect(isForeign(layer({ urls: ['https://example.com/x'] }))).toBe(true);
  });

  it('are refused with the layer and the host, and with nothing else of the address', () => {
    const error = foreignLayerError(
      layer({ urls: ['https://user:secret@mcr.example.com/v2/x', 'example.org/y', 'http://['] }),
      3,
      'app.tar',
    );
    expect(error.message).toMatch(
      /^Layer 3 of app\.tar \(sha256:2+\) .*on mcr\.example\.com, example\.org, an unreadable address/,
    );
    expect(error.message).not.toContain('secret');
  });
});
