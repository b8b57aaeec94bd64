import { describe, expect, test } from 'vitest';
import { collectBase, isNamed } from '../../src/facts/base.ts';
import type { FactContext } from '../../src/facts/context.ts';
import type { KnownBase } from '../../src/types/base.ts';
import type { Distro } from '../../src/types/facts.ts';
import { contextOf, type TestImage, type TestLayer, testImage } from '../support/image.ts';

const bottom: TestLayer = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.24.2\n' };
const middle: TestLayer = { 'usr/bin/node': 'x' };
const own: TestLayer = { 'app/main.js': 'x' };
const alpine: Distro = {
  id: 'alpine',
  idLike: [],
  name: 'Alpine',
  versionId: '3.24.2',
  prettyName: 'Alpine Linux v3.24',
  distroless: false,
};
const nameKey = 'org.opencontainers.image.base.name';
const digestKey = 'org.opencontainers.image.base.digest';

type Entry = Pick<KnownBase, 'image'> & Partial<KnownBase>;

/** The base of an image, where these bases are known. */
async function baseOf(image: TestImage, entries: (context: FactContext) => Entry[], distro: Distro = alpine) {
  const context = contextOf(await testImage(image));
  const bases = entries(context).map((entry) => ({
    line: '1',
    platform: 'linux/amd64',
    created: '2026-01-01',
    ...entry,
  }));
  const base = collectBase({ ...context, data: { ...context.data, 'known-bases': { bases } } }, distro);
  return base.known ? base.value : undefined;
}
const diffIDs = ({ image }: FactContext, count: number) => image.layers.slice(0, count).map(({ diffID }) => diffID);

describe('bases known by their layers', () => {
  test('the lowest layers name the base, the longest match and of equal ones the latest', async () => {
    const image = { layers: [bottom, middle, own] };
    const found = await baseOf(image, (context) => [
      { image: 'docker.io/library/alpine:3.24.2', diffIDs: diffIDs(context, 1) },
      { image: 'docker.io/library/node:24-alpine', diffIDs: diffIDs(context, 2), created: '2025-01-01' },
      { image: 'docker.io/library/node:24.1-alpine', diffIDs: diffIDs(context, 2), created: '2026-02-01' },
    ]);
    expect(found).toEqual({
      kind: 'image',
      reference: { registry: 'docker.io', repository: 'library/node', tag: '24.1-alpine' },
      via: 'layers',
      confidence: 'high',
      layers: 2,
      line: '1',
      released: '2026-02-01',
    });
  });

  test('digests as stored serve as well', async () => {
    const found = await baseOf({ layers: [bottom, own] }, ({ image }) => [
      { image: 'docker.io/library/alpine:3.24.2', digests: [image.layers[0]!.digest] },
    ]);
    expect(found).toMatchObject({ via: 'layers', layers: 1 });
  });

  test('layers above the lowest, in another order, or more than there are name nothing', async () => {
    const image = { layers: [bottom, own] };
    for (const wrong of [
      ({ image: { layers } }: FactContext) => [layers[1]!.diffID],
      ({ image: { layers } }: FactContext) => [layers[1]!.diffID, layers[0]!.diffID],
      ({ image: { layers } }: FactContext) => [layers[0]!.diffID, layers[1]!.diffID, layers[0]!.diffID],
      () => [],
    ]) {
      const found = await baseOf(image, (context) => [
        { image: 'docker.io/library/alpine:1', diffIDs: wrong(context) },
      ]);
      expect(found).toMatchObject({ via: 'os-release' });
    }
  });

  test('what the config claims of diffIDs counts for nothing', async () => {
    const real = contextOf(await testImage({ layers: [bottom] })).image.layers[0]!.diffID;
    const image: TestImage = { layers: [own] };
    const context = contextOf(await testImage(image));
    context.image.config.diffIDs = [real];
    const bases = [
      {
        image: 'docker.io/library/alpine:1',
        line: '1',
        platform: 'linux/amd64',
        created: '2026-01-01',
        diffIDs: [real],
      },
    ];
    const base = collectBase({ ...context, data: { ...context.data, 'known-bases': { bases } } }, alpine);
    expect(base).toMatchObject({ value: { via: 'os-release' } });
  });

  test('no label, annotation or provenance takes the place of the layers', async () => {
    const known = (context: FactContext) => [
      { image: 'docker.io/library/alpine:3.24.2', diffIDs: diffIDs(context, 1) },
    ];
    const digest = `sha256:${'a'.repeat(64)}` as const;
    const claims: TestImage[] = [
      { container: { labels: { [nameKey]: 'evil.example/x:1', [digestKey]: digest } } },
      { image: { annotations: { [nameKey]: 'evil.example/x:1', [digestKey]: digest } } },
      {
        image: {
          attestations: [
            {
              kind: 'provenance',
              type: 'x',
              via: 'index',
              materials: [{ uri: 'pkg:docker/evil.example/x@1', digest }],
            },
          ],
        },
      },
    ];
    for (const claim of claims) {
      const found = await baseOf({ layers: [bottom, own], ...claim }, known);
      expect(found).toMatchObject({
        reference: { repository: 'library/alpine' },
        via: 'layers',
        claimed: { digest, reference: {} },
      });
      expect(found?.digest).toBeUndefined();
    }
  });
});

describe('what an image looks like', () => {
  const history = (createdBy: string) => ({
    layers: [bottom],
    image: {
      config: {
        platform: { os: 'linux', architecture: 'amd64' },
        container: {
          ...{ user: '', env: [], entrypoint: [], cmd: [], workingDir: '', exposedPorts: [], volumes: [] },
          ...{ labels: {}, onBuild: [], shell: [] },
        },
        diffIDs: [],
        history: [{ createdBy, emptyLayer: false, layer: 0 }],
      },
    },
  });

  test.each([
    ['ADD alpine-minirootfs-3.24.2-x86_64.tar.gz / # buildkit', 'alpine 3.24.2'],
    ["# debian.sh --arch 'amd64' out/ 'trixie' '@1785715200'", 'debian trixie'],
    ['BusyBox 1.37.0 (glibc), Debian 12', 'busybox 1.37.0 glibc'],
  ])('%s', async (step, likely) => {
    expect(await baseOf(history(step), () => [])).toMatchObject({ via: 'history', confidence: 'low', likely });
  });

  test('else by os-release', async () => {
    expect(await baseOf(history('RUN true'), () => [])).toMatchObject({
      via: 'os-release',
      likely: 'Alpine Linux v3.24',
    });
  });
});

test('a Dockerfile may name what the image only looks like', () => {
  const via = (way: 'layers' | 'annotation' | 'label' | 'history' | 'os-release') =>
    isNamed({ known: true, value: { kind: 'image', via: way, confidence: 'low' }, evidence: [] });
  expect([via('layers'), via('annotation'), via('label'), via('history'), via('os-release')]).toEqual([
    ...[true, true, false, false, false],
  ]);
  expect(isNamed({ known: false, reason: 'r' })).toBe(false);
});
