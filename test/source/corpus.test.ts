/** Every image of the corpus, opened as it lies there, against what an independent reader saw. */
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageHandle } from '../../src/image/model.ts';
import { openTarget } from '../../src/source/target.ts';
import { SourceError } from '../../src/types.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { sourceContext } from '../support/source-context.ts';

/** Those that nobody can read, with what the sentence must say. */
const broken: Record<string, RegExp> = {
  'go-containerregistry__sparse_foreign.tar': /foreign layer.*example\.com/,
  'docker2aci__fixture-test-depsloop.docker': /loop/,
  'go-containerregistry__test_gc_image_unknown_mediatype': /does not hold it/,
  image__delete_image_shared_blobs_dir: /does not hold it/,
  rules_docker__test_index3: /does not hold it/,
  regclient__external: /no container image.*sbom/,
  'trivy__test_bad_index_json.oci': /not valid JSON/,
  'trivy__test_no_valid_manifests.oci': /neither an image manifest nor an index/,
};

/** Archives of early Docker, which the independent reader did not read: platform, layers per image, as `tar tv` and the json files show. */
const legacy: Record<string, number[]> = {
  'container-inspector__busybox.tgz': [3],
  'container-inspector__images.tgz': [43, 38, 34],
  'go-containerregistry__no_manifest.tar': [1],
  'storage__emptyLayer.tar': [3],
};

interface FactsImage {
  kind?: string;
  digest?: string | null;
  layers: { sha256: string | null; size: number | null }[];
  config: null | {
    architecture: string | null;
    os: string | null;
    variant: string | null;
    user: string | null;
    env: string[] | null;
    entrypoint: string[] | null;
    cmd: string[] | null;
    workingDir: string | null;
    exposedPorts: string[];
    historyEntries: number;
    diffIDs: string[] | null;
  };
}

const folders = ['docker-archive', 'docker-archive-with-oci', 'docker-v1-legacy', 'oci-archive', 'oci-layout'];
const files = corpusDir
  ? folders.flatMap((folder) => readdirSync(corpus('images', folder)).map((file) => [folder, file] as const))
  : [];

const described = (image: ImageHandle) => ({
  architecture: image.config.platform.architecture === 'unknown' ? null : image.config.platform.architecture,
  os: image.config.platform.os === 'unknown' ? null : image.config.platform.os,
  user: image.config.container.user,
  env: image.config.container.env,
  entrypoint: image.config.container.entrypoint,
  cmd: image.config.container.cmd,
  workingDir: image.config.container.workingDir,
  ports: image.config.container.exposedPorts,
  steps: image.config.history.length,
  diffIDs: image.config.diffIDs,
  layers: image.layers.length,
});
const expected = (image: FactsImage) => {
  const config = image.config!;
  return {
    architecture: config.architecture || null,
    os: config.os || null,
    user: config.user ?? '',
    env: config.env ?? [],
    entrypoint: config.entrypoint ?? [],
    cmd: config.cmd ?? [],
    workingDir: config.workingDir ?? '',
    ports: config.exposedPorts,
    steps: config.historyEntries,
    diffIDs: config.diffIDs ?? [],
    layers: image.layers.length,
  };
};

describe.skipIf(!corpusDir)('the corpus (left out where it is not beside the project)', () => {
  it('is all there', () => expect(files.length).toBeGreaterThan(70));

  it.each(files)('%s/%s', async (folder, file) => {
    const path = corpus('images', folder, file);
    const open = () => openTarget(path, sourceContext({ allPlatforms: true }));
    const sentence = broken[file];
    if (sentence) {
      const error = await open().then(
        () => undefined,
        (failure: unknown) => failure,
      );
      expect(error).toBeInstanceOf(SourceError);
      expect((error as SourceError).message).toMatch(sentence);
      expect((error as SourceError).message).not.toContain('\n');
      return;
    }
    const opened = await open();
    expect(opened.kind).toBe(
      folder === 'oci-layout' ? 'oci-dir' : folder === 'oci-archive' ? 'oci-archive' : 'docker-archive',
    );
    if (legacy[file]) {
      expect(opened.images.map((image) => image.layers.length)).toEqual(legacy[file]);
      for (const image of opened.images)
        expect(image.config.history.map((step) => step.layer)).toEqual([...image.layers.keys()]);
      return;
    }
    const facts = JSON.parse(readFileSync(corpus('images', 'facts', `${file}.json`), 'utf8')) as {
      images: FactsImage[];
    };
    // One image may be named twice there, by index.json and by manifest.json; what is listed must be what we list.
    const wanted = facts.images
      .filter((image) => image.config && image.kind !== 'attestation')
      .map(expected)
      .map((image) => JSON.stringify(image));
    const found = opened.images.map(described).map((image) => JSON.stringify(image));
    for (const image of found) expect(wanted).toContain(image);
    const complete = facts.images.filter(
      (image) => image.config?.os && image.config.os !== 'unknown' && image.layers.every((layer) => layer.sha256),
    );
    for (const image of complete) expect(found).toContain(JSON.stringify(expected(image)));
    for (const image of opened.images)
      for (const layer of image.layers) {
        expect(['file', 'record']).toContain(layer.content.from);
      }
  });

  it.each(files.filter(([folder, file]) => folder !== 'oci-layout' && !broken[file]))(
    '%s/%s from standard input is the same',
    async (folder, file) => {
      const path = join(corpus('images', folder), file);
      const [piped, opened] = await Promise.all([
        openTarget('-', sourceContext({ stdin: () => createReadStream(path) })),
        openTarget(path, sourceContext()),
      ]);
      expect(piped.images.map(described)).toEqual(opened.images.map(described));
      expect(piped.images.map((image) => image.digest)).toEqual(opened.images.map((image) => image.digest));
      for (const image of piped.images)
        expect(image.layers.every((layer) => layer.content.from === 'record')).toBe(true);
    },
  );

  it('keeps the provenance that BuildKit wrote beside an image', async () => {
    const opened = await openTarget(
      corpus('images/docker-archive-with-oci/snyk-docker-plugin__busybox-single-arch-with-attestation-manifest.tar'),
      sourceContext(),
    );
    expect(opened.images).toHaveLength(1);
    const [attestation] = opened.images[0]!.attestations;
    expect(attestation).toMatchObject({ kind: 'provenance', type: 'https://slsa.dev/provenance/v0.2', via: 'index' });
    expect(attestation!.materials![0]!.uri).toMatch(/^pkg:docker\/busybox/);
    expect(attestation!.materials![0]!.digest).toMatch(/^sha256:f85340bf/);
    expect(opened.images[0]!.attestationsKnown).toBe(true);
  });
});
