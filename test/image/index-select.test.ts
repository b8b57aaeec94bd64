import { describe, expect, it } from 'vitest';
import type { SelectionContext } from '../../src/image/document-loader.ts';
import type { Descriptor } from '../../src/image/documents.ts';
import { selectImages } from '../../src/image/index-select.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import { parsePlatform } from '../../src/image/platform.ts';
import { type Digest, SourceError } from '../../src/types.ts';
import {
  addImage,
  blobStore,
  configOf,
  indexOf,
  indexType,
  json,
  layerTar,
  manifestType,
  sha256,
} from '../support/archives.ts';

const layer = layerTar('a', 'x');

/** A medium of blobs in memory that counts what is asked of it. */
function medium() {
  const blobs = blobStore();
  const asked: Digest[] = [];
  const read = (digest: Digest): Uint8Array | undefined =>
    blobs.entries.find((entry) => entry.name.endsWith(digest.slice(7)))?.content;
  const image = (platform: string | undefined, config: Record<string, unknown> = {}) => {
    const parsed = platform === undefined ? undefined : parsePlatform(platform);
    return {
      ...addImage(blobs, [layer], configOf([layer], { ...parsed, ...config })),
      ...(parsed ? { platform: parsed } : {}),
    };
  };
  const remove = (digest: Digest): void =>
    void blobs.entries.splice(
      blobs.entries.findIndex((entry) => entry.name.endsWith(digest.slice(7))),
      1,
    );
  const select = (
    root: Uint8Array,
    changes: Partial<SelectionContext> & { layout?: boolean; wanted?: string } = {},
  ) => {
    const { layout = false, wanted, ...context } = changes;
    return selectImages(
      { name: 'the medium', bytes: root, layout, ...(wanted === undefined ? {} : { wanted }) },
      async (descriptor: Descriptor) => {
        asked.push(descriptor.digest);
        return read(descriptor.digest);
      },
      { limits: defaultLimits, allPlatforms: false, verify: 'report', ...context },
    );
  };
  const has = (descriptor: Descriptor): boolean => read(descriptor.digest) !== undefined;
  return { blobs, asked, image, remove, select, has };
}

const messageOf = (selecting: Promise<unknown>): Promise<string> =>
  selecting.then(
    () => 'selected',
    (error: unknown) => (error instanceof SourceError ? error.message : `not a SourceError: ${error}`),
  );
const arm64 = { platform: parsePlatform('linux/arm64') };
const amd64 = { platform: parsePlatform('linux/amd64') };

describe('selectImages', () => {
  it('takes the wanted platform and asks for nothing of the others', async () => {
    const m = medium();
    const [one, two] = [m.image('linux/amd64'), m.image('linux/arm64')];
    const { images, considered } = await m.select(indexOf([one, two]), arm64);
    expect(images.map((image) => image.descriptor.digest)).toEqual([two.digest]);
    expect(m.asked).not.toContain(one.digest);
    expect(considered).toHaveLength(2);
    expect(images[0]!.config).toEqual(configOf([layer], { ...parsePlatform('linux/arm64') }));
  });

  it('takes all of them where all are wanted', async () => {
    const m = medium();
    const { images } = await m.select(indexOf([m.image('linux/amd64'), m.image('linux/arm/v7')]), {
      allPlatforms: true,
    });
    expect(images.map((image) => image.platform?.architecture)).toEqual(['amd64', 'arm']);
  });

  it('looks into nested indexes, and gives their annotations on', async () => {
    const m = medium();
    const nested = {
      mediaType: indexType,
      ...m.blobs.add(indexOf([m.image('linux/amd64')])),
      annotations: { a: 'outer', b: 'outer' },
    };
    const { images } = await m.select(indexOf([nested]), { ...amd64, layout: true });
    expect(images).toHaveLength(1);
    expect({ ...images[0]!.annotations }).toEqual({ a: 'outer', b: 'outer' });
  });

  it('ends where indexes nest too deep, go in a circle or name too much', async () => {
    const m = medium();
    let nested = { mediaType: indexType, ...m.blobs.add(indexOf([m.image('linux/amd64')])) };
    for (let i = 0; i < 6; i++) nested = { mediaType: indexType, ...m.blobs.add(indexOf([nested])) };
    expect(await messageOf(m.select(indexOf([nested])))).toMatch(/more than 4 deep/);
    // A circle needs bytes that are not what names them, as a hostile local medium may hold.
    const circle = { mediaType: indexType, digest: sha256(Buffer.from('x')), size: 1, urls: [], annotations: {} };
    const around = selectImages(
      { name: 'the medium', bytes: indexOf([circle]), layout: true },
      async () => indexOf([circle, circle]),
      { limits: defaultLimits, allPlatforms: false, verify: 'report' },
    );
    expect(await messageOf(around)).toMatch(/more than 4 deep/);
    const wide = Array.from({ length: 20 }, (_v, i) => ({
      mediaType: indexType,
      ...m.blobs.add(indexOf(Array.from({ length: 40 }, () => m.image(`linux/amd64/v${i + 1}`)))),
    }));
    expect(await messageOf(m.select(indexOf(wide)))).toMatch(/more than 512 manifests/);
  });

  it('lists what there is where the platform is not', async () => {
    const m = medium();
    const root = indexOf([m.image('linux/amd64'), m.image('linux/arm64')]);
    expect(await messageOf(m.select(root, { platform: parsePlatform('linux/s390x') }))).toBe(
      'the medium has no image for linux/s390x; choose one of these with --platform: linux/amd64, linux/arm64',
    );
  });

  it('takes a lone image whatever it is, unless a platform was asked for', async () => {
    const m = medium();
    const root = indexOf([m.image('linux/s390x')]);
    const { images, status } = await m.select(root, { has: m.has });
    expect(images).toHaveLength(1);
    expect(status[0]!.message).toMatch(/has an image for linux\/s390x alone/);
    expect(await messageOf(m.select(root, { ...amd64, has: m.has }))).toMatch(/no image for linux\/amd64/);
  });

  it('reads the platform from the config where the index does not say it', async () => {
    const m = medium();
    const one = { ...m.image('linux/arm64') };
    const { platform: _platform, ...unstated } = one;
    const root = indexOf([unstated, m.image('linux/amd64')]);
    expect((await m.select(root, arm64)).images[0]!.descriptor.digest).toBe(one.digest);
  });

  it('skips platforms whose blobs are absent', async () => {
    const m = medium();
    const [one, two] = [m.image('linux/amd64'), m.image('linux/arm64')];
    m.remove(one.digest);
    const { images, status } = await m.select(indexOf([one, two]), { allPlatforms: true, has: m.has });
    expect(images.map((image) => image.descriptor.digest)).toEqual([two.digest]);
    expect(status.map((entry) => entry.message).join()).toMatch(/Skipped linux\/amd64: .*does not hold it/);
    m.remove(two.digest);
    expect(await messageOf(m.select(indexOf([one, two]), { allPlatforms: true, has: m.has }))).toMatch(
      /does not hold it/,
    );
  });

  it('says which layer is absent, and where a foreign one is kept', async () => {
    const m = medium();
    const image = m.image('linux/amd64');
    m.remove(sha256(layer));
    expect(await messageOf(m.select(indexOf([image]), { ...amd64, has: m.has }))).toMatch(/lacks layer 0 \(sha256:/);
    const foreign = m.blobs.add(
      json({
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...m.blobs.add(configOf([layer])) },
        layers: [
          {
            mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
            digest: sha256(layer),
            size: 9,
            urls: ['https://mcr.example.com/x'],
          },
        ],
      }),
    );
    const root = indexOf([{ mediaType: manifestType, ...foreign, platform: amd64.platform }]);
    expect(await messageOf(m.select(root, { ...amd64, has: m.has }))).toMatch(/foreign layer.*mcr\.example\.com/);
  });

  it('reports documents that are not what names them, or stops', async () => {
    const m = medium();
    const image = m.image('linux/amd64');
    const entry = m.blobs.entries.find((blob) => blob.name.endsWith(image.digest.slice(7)))!;
    entry.content = Buffer.concat([entry.content!, Buffer.from('\n')]);
    const { images } = await m.select(indexOf([image]), amd64);
    expect(images[0]!.digestChecks).toEqual([
      { layer: -1, document: 'manifest', kind: 'digest', expected: image.digest, actual: sha256(entry.content) },
    ]);
    expect(images[0]!.descriptor.digest).toBe(sha256(entry.content));
    expect(await messageOf(m.select(indexOf([image]), { ...amd64, verify: 'strict' }))).toMatch(/has the digest/);
    const wrongSize = indexOf([{ ...m.image('linux/arm64'), size: 5 }]);
    expect((await m.select(wrongSize, arm64)).images[0]!.digestChecks).toMatchObject([{ kind: 'size', expected: '5' }]);
  });

  it('keeps images of different names apart in a layout, and one image of two names together', async () => {
    const m = medium();
    const [one, two] = [m.image('linux/amd64'), m.image('linux/amd64', { author: 'other' })];
    const named = (name: string, image: object) => ({
      ...image,
      annotations: { 'org.opencontainers.image.ref.name': name },
    });
    const root = indexOf([named('a', one), named('b', two), named('c', one)]);
    const { images } = await m.select(root, { layout: true });
    expect(images.map((image) => image.names)).toEqual([['a', 'c'], ['b']]);
    for (const wanted of ['b', two.digest, '@1'])
      expect((await m.select(root, { layout: true, wanted })).images.map((image) => image.descriptor.digest)).toEqual([
        two.digest,
      ]);
    expect(await messageOf(m.select(root, { layout: true, wanted: 'd' }))).toMatch(/no image "d"; it has: a, b, c/);
    // In a registry's index they would be alternatives of one image.
    expect((await m.select(root, amd64)).images).toHaveLength(1);
  });

  it('passes over artifacts with a word, and keeps what they attest', async () => {
    const m = medium();
    const image = m.image('linux/amd64');
    const empty = { mediaType: 'application/vnd.oci.empty.v1+json', ...m.blobs.add(json({})) };
    const signature = {
      mediaType: manifestType,
      ...m.blobs.add(
        json({
          schemaVersion: 2,
          artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
          config: empty,
          layers: [empty],
          subject: image,
        }),
      ),
    };
    const { images, status, attestationsFor } = await m.select(indexOf([image, signature]), {
      layout: true,
      has: m.has,
    });
    expect(images).toHaveLength(1);
    expect(status.map((entry) => entry.message).join()).toMatch(
      /it is no container image but application\/vnd\.dev\.cosign/,
    );
    expect(attestationsFor.get(image.digest)).toMatchObject([{ kind: 'signature', via: 'referrers' }]);
    expect(await messageOf(m.select(indexOf([signature]), { layout: true, has: m.has }))).toMatch(
      /no container image.*cosign/,
    );
  });

  it('reads BuildKit attestations of the selected image alone', async () => {
    const m = medium();
    const [one, two] = [m.image('linux/amd64'), m.image('linux/arm64')];
    const empty = { mediaType: 'application/vnd.oci.image.config.v1+json', ...m.blobs.add(json({})) };
    const attest = (image: { digest: string }, statements: [string, unknown][]) => {
      const layers = statements.map(([type, predicate]) => ({
        mediaType: 'application/vnd.in-toto+json',
        annotations: { 'in-toto.io/predicate-type': type },
        ...m.blobs.add(json({ _type: 'https://in-toto.io/Statement/v0.1', predicateType: type, predicate })),
      }));
      const manifest = m.blobs.add(json({ schemaVersion: 2, config: empty, layers }));
      return {
        mediaType: manifestType,
        ...manifest,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': image.digest,
        },
      };
    };
    const base = `sha256:${'7'.repeat(64)}`;
    const root = indexOf([
      one,
      two,
      attest(one, [
        ['https://spdx.dev/Document', { packages: [{}, {}, {}] }],
        [
          'https://slsa.dev/provenance/v1',
          {
            buildDefinition: {
              resolvedDependencies: [
                { uri: 'pkg:docker/alpine@3', digest: { sha256: '7'.repeat(64) } },
                { uri: 'x' },
                5,
              ],
            },
          },
        ],
        ['https://cyclonedx.org/bom', { components: [{}] }],
      ]),
      attest(two, [['https://slsa.dev/provenance/v0.2', { materials: [] }]]),
    ]);
    const { images, attestationsFor } = await m.select(root, amd64);
    expect(images).toHaveLength(1);
    expect([...attestationsFor.keys()]).toEqual([one.digest]);
    expect(attestationsFor.get(one.digest)).toMatchObject([
      { kind: 'sbom', packages: 3, via: 'index' },
      { kind: 'provenance', materials: [{ uri: 'pkg:docker/alpine@3', digest: base }, { uri: 'x' }] },
      { kind: 'sbom', packages: 1 },
    ]);
  });

  it('does not fail an image over an attestation that cannot be read', async () => {
    const m = medium();
    const image = m.image('linux/amd64');
    const broken = {
      mediaType: manifestType,
      ...m.blobs.add(Buffer.from('nonsense')),
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': image.digest },
    };
    const absent = { ...broken, digest: `sha256:${'3'.repeat(64)}` };
    const { images, status } = await m.select(indexOf([image, broken, absent]), amd64);
    expect(images).toHaveLength(1);
    const said = status.map((entry) => entry.message).join('\n');
    expect(said).toMatch(/not valid JSON/);
    expect(said).toMatch(/named but absent/);
  });
});
