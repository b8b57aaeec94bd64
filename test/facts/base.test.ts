import { describe, expect, test } from 'vitest';
import { readMaterial } from '../../src/facts/base.ts';
import type { Attestation } from '../../src/types.ts';
import { factsOf } from '../support/image.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const name = 'org.opencontainers.image.base.name';
const digestKey = 'org.opencontainers.image.base.digest';
const system = [{ 'etc/os-release': 'ID=alpine\n' }];
const provenance = (...uris: string[]): { attestations: Attestation[] } => ({
  attestations: [
    {
      kind: 'provenance',
      type: 'https://slsa.dev/provenance/v1',
      via: 'index',
      materials: uris.map((uri) => ({ uri, digest })),
    },
  ],
});

describe('the base', () => {
  test('by annotation before label', async () => {
    const { facts } = await factsOf({
      layers: system,
      image: { annotations: { [name]: 'docker.io/library/alpine:3.24', [digestKey]: digest } },
      container: { labels: { [name]: 'debian:13' } },
    });
    expect(facts.base).toEqual({
      known: true,
      value: {
        kind: 'image',
        reference: { registry: 'docker.io', repository: 'library/alpine', tag: '3.24' },
        digest,
        via: 'annotation',
        confidence: 'high',
      },
      evidence: [{ at: 'config', pointer: `/annotations/${name}`, document: 'manifest' }],
    });
  });

  test('by label, and not by a label that names nothing', async () => {
    const { facts } = await factsOf({ layers: system, container: { labels: { [name]: 'debian:13-slim' } } });
    expect(facts.base).toMatchObject({
      value: { reference: { repository: 'library/debian', tag: '13-slim' }, via: 'label', confidence: 'medium' },
    });
    for (const text of ['', 'https://x', 'A B', 'x'.repeat(5000)]) {
      expect((await factsOf({ layers: system, container: { labels: { [name]: text } } })).facts.base).toMatchObject({
        value: { via: 'os-release', confidence: 'low' },
      });
    }
  });

  test('by provenance that names one image beside the builder', async () => {
    const one = provenance(
      'pkg:docker/alpine@3.24?platform=linux%2Famd64',
      'pkg:docker/docker/dockerfile@1.7',
      'https://github.com/x/y',
    );
    expect((await factsOf({ layers: system, image: one })).facts.base).toMatchObject({
      value: { reference: { repository: 'library/alpine', tag: '3.24' }, digest, via: 'provenance' },
    });
    const two = provenance('pkg:docker/alpine@3.24', 'pkg:docker/golang@1.25');
    expect((await factsOf({ layers: system, image: two })).facts.base).toMatchObject({
      value: { via: 'os-release', unnamed: expect.stringContaining('2 images') },
    });
  });

  test('is scratch where there is no operating system, a likeness where there is one and nothing names it', async () => {
    expect((await factsOf({ layers: [{ app: 'x' }] })).facts.base).toMatchObject({
      value: { kind: 'scratch', via: 'rootfs' },
    });
    expect((await factsOf({ layers: system, image: { annotations: { [name]: 'scratch' } } })).facts.base).toMatchObject(
      { value: { kind: 'scratch', via: 'annotation' } },
    );
    const { base } = (await factsOf({ layers: system })).facts;
    expect(base).toMatchObject({ value: { kind: 'image', via: 'os-release', confidence: 'low', likely: 'alpine' } });
    expect(base.known && base.value.reference).toBeUndefined();
  });

  test.each<[string, string | undefined]>([
    [`docker-image://ghcr.io/o/n:1@${digest}`, `ghcr.io/o/n:1@${digest}`],
    ['pkg:docker/ghcr.io/o/n@1', 'ghcr.io/o/n:1'],
    [`pkg:docker/n@${encodeURIComponent(digest)}`, `docker.io/library/n:@${digest}`],
    [`pkg:oci/n@${encodeURIComponent(digest)}?repository_url=ghcr.io/o/n&tag=2`, `ghcr.io/o/n:2@${digest}`],
    ['pkg:docker/o/n@1?repository_url=quay.io', 'quay.io/o/n:1'],
    ['pkg:npm/x@1', undefined],
    ['pkg:docker/%', undefined],
    ['', undefined],
  ])('material %s', (uri, want) => {
    const found = readMaterial(uri);
    expect(
      found && `${found.registry}/${found.repository}:${found.tag ?? ''}${found.digest ? `@${found.digest}` : ''}`,
    ).toBe(want);
  });
});
