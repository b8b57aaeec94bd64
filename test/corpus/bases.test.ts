/** The bases of the corpus: which are recognised by their layers, and what is said of the rest. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { baseEntries } from '../../scripts/bases.mjs';
import { buildFacts, type FactData } from '../../src/facts/facts.ts';
import { baseline } from '../../src/rules/baseline.ts';
import type { KnownBases } from '../../src/rules/data.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { asOf, scanAll } from './images.ts';

const { bases } = parse(readFileSync(new URL('../../rulesets/data/known-bases.yaml', import.meta.url), 'utf8')) as {
  bases: KnownBases['bases'];
};

/** What each image says of its base, as `via name`. */
async function basesOf(path: string): Promise<string[]> {
  const scanned = await scanAll(corpus('images', path));
  return scanned.map(({ image }) => {
    const { base } = buildFacts(image, { asOf, data: baseline().data as unknown as FactData }).facts;
    if (!base.known) return 'unknown';
    const { kind, via, reference, likely, layers } = base.value;
    const name = reference ? `${reference.repository}:${reference.tag}` : (likely ?? kind);
    return `${via} ${name}${layers ? ` (${layers} of ${image.layers.length})` : ''}`;
  });
}

describe.skipIf(!corpusDir)('the bases of the corpus', () => {
  it.each<[string, string[]]>([
    ['docker-archive/trivy__alpine-39.tar.gz', ['layers library/alpine:3.9.4 (1 of 1)']],
    ['docker-archive/fanal__image3_gz_layers.tar', ['layers library/alpine:3.10.1 (1 of 4)']],
    ['docker-archive-with-oci/snyk-docker-plugin__alpine.tar', ['layers library/alpine:3.14.9 (1 of 1)']],
    [
      'docker-archive-with-oci/snyk-docker-plugin__npm7-with-package-lock-file.tar',
      ['layers library/alpine:3.19.1 (1 of 4)'],
    ],
    [
      'docker-archive-with-oci/snyk-docker-plugin__yarn-with-node-modules-only.tar',
      ['layers library/alpine:3.19.1 (1 of 3)'],
    ],
    ['oci-archive/snyk-docker-plugin__pnpmlockv6.tar', ['layers library/alpine:3.18.12 (1 of 3)']],
    ['oci-layout/grootfs__alpine', ['layers library/alpine:3.19.0 (1 of 1)']],
    ['oci-layout/busybox-official-1.38.0-musl-amd64', ['layers library/busybox:1.38.0-musl (1 of 1)']],
    [
      'docker-archive-with-oci/snyk-docker-plugin__busybox-single-arch-with-attestation-manifest.tar',
      ['layers library/busybox:1.37.0-glibc (1 of 1)'],
    ],
    // Its layer was trimmed by whoever shared it: the diffID of the real base is a claim of the config and counts for nothing.
    ['oci-archive/snyk-docker-plugin__alpine-3.12.0.tar', ['os-release Alpine Linux v3.12']],
    ['docker-archive/snyk-docker-plugin__nginx.tar', ['os-release Debian GNU/Linux 10 (buster)']],
    ['docker-archive/scancode.io__gcr_io_distroless_base.tar.gz', ['os-release Distroless']],
    ['docker-archive-with-oci/snyk-docker-plugin__oci-labels.tar', ['label library/alpine:latest']],
    ['docker-archive-with-oci/snyk-docker-plugin__hello-world.tar', ['rootfs scratch']],
    ['docker-archive/container-inspector__imagesv11.tar', ['unknown', 'rootfs scratch', 'unknown']],
  ])('%s', async (path, expected) => {
    expect(await basesOf(path)).toEqual(expected);
  });

  it('makes the entry of an image that is at hand', async () => {
    const name = 'docker.io/library/busybox:1.38.0-musl';
    const target = corpus('images', 'oci-layout/busybox-official-1.38.0-musl-amd64');
    const { bases: made } = parse(`bases:\n${await baseEntries(name, target, { line: 'musl' })}`) as {
      bases: KnownBases['bases'];
    };
    const { digests, ...rest } = made[0]!;
    expect(digests).toHaveLength(1);
    expect(bases).toContainEqual(rest);
    await expect(baseEntries('busybox', target, { line: 'musl' })).rejects.toThrow('has no tag');
    await expect(baseEntries(name, target, { line: 'musl', layers: 2 })).rejects.toThrow('has 1 layers');
  });
});

describe('known-bases.yaml', () => {
  it('names each set of layers once, and none in two lines', () => {
    const seen = new Map<string, string>();
    for (const { image, platform, diffIDs = [], digests = [], line } of bases) {
      for (const list of [diffIDs, digests]) {
        if (list.length === 0) continue;
        expect(seen.get(list.join()), `${image} ${platform}`).toBeUndefined();
        seen.set(list.join(), line);
      }
    }
  });
});
