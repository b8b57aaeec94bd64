/**
 * Rulesets as OCI artifacts, by digest (image-spec, manifest.md, "Guidelines for Artifact Usage"): a manifest of the type below
 * whose layers are the files, as `oras push` writes them. What was pulled is kept by digest, so that the next run needs no network.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Descriptor, digestOf, isDigest, isRecord, parseDescriptor, parseJson } from '../image/documents.ts';
import { makeOwnFolder } from '../image/own-folder.ts';
import { familiar, parseReference } from '../image/reference.ts';
import type { RulesetFile } from '../types/rule.ts';
import { type Digest, SourceError, UsageError } from '../types.ts';
import { clip } from './clip.ts';
import { createClient, type RepositoryClient } from './registry/client.ts';
import { fetchManifest, fetchNamed } from './registry/document.ts';
import type { RulesetWays } from './ruleset.ts';

/** `artifactType` of the manifest; or, of clients that know none, the media type of its config. */
const rulesetArtifactType = 'application/vnd.tare.ruleset.v1';
/** Media type of each layer: one file of YAML. */
const rulesetLayerType = 'application/vnd.tare.ruleset.layer.v1+yaml';

const manifestBytes = 256 << 10;
const layerBytes = 4 << 20;
const mostLayers = 50;

/** `registry/repository@sha256:…`. @throws UsageError, SourceError */
export async function rulesetArtifact(source: string, ways: RulesetWays): Promise<RulesetFile[]> {
  const reference = parseReference(source);
  const name = familiar(reference);
  if (!reference.digest)
    throw new UsageError(
      `the ruleset ${clip(`oci:${source}`)} is named by ${reference.tag === undefined ? 'no digest' : 'a tag, which may mean another one tomorrow'}; pin it as oci:${reference.registry}/${reference.repository}@sha256:…, with the digest that oras resolve ${name} prints`,
    );
  const kept = ways.cacheDir === undefined ? undefined : keeper(ways.cacheDir);
  let client: RepositoryClient | undefined;
  const asked = () =>
    (client ??= createClient(reference, ways.registry ?? {}, {
      env: ways.env,
      signal: ways.signal ?? new AbortController().signal,
    }));
  try {
    const { digest } = reference;
    const manifest = await through(kept, digest, () => fetchManifest(asked(), { digest }, manifestBytes));
    const files: RulesetFile[] = [];
    for (const [i, layer] of layersOf(manifest, name).entries()) {
      const bytes = await through(kept, layer.digest, async () => {
        const found = await fetchNamed(asked(), layer, layerBytes);
        if (!found)
          throw new SourceError(
            `${name} names the layer ${layer.digest}, which its registry does not hold; push it again`,
          );
        return found;
      });
      const title = layer.annotations['org.opencontainers.image.title'];
      const file = title !== undefined && /^[\w.@+ -]{1,100}$/.test(title) ? title : `layer ${i}`;
      files.push({ name: `oci:${reference.repository}@${digest.slice(0, 19)}/${file}`, text: bytes.toString('utf8') });
    }
    return files;
  } finally {
    client?.close();
  }
}

/** @throws SourceError for a manifest of something else. */
function layersOf(bytes: Buffer, name: string): Descriptor[] {
  const manifest = parseJson(bytes, `the manifest of ${name}`, { documentBytes: manifestBytes });
  if (!isRecord(manifest) || !Array.isArray(manifest['layers']))
    throw new SourceError(
      `${name} is no artifact with layers; a ruleset is pushed with oras push --artifact-type ${rulesetArtifactType}`,
    );
  const config = isRecord(manifest['config']) ? manifest['config']['mediaType'] : undefined;
  const type = manifest['artifactType'] ?? config;
  if (type !== rulesetArtifactType)
    throw new SourceError(
      `${name} is ${clip(String(type))} and no ruleset; a ruleset is pushed with oras push --artifact-type ${rulesetArtifactType}`,
    );
  const layers = manifest['layers'] as unknown[];
  if (layers.length === 0 || layers.length > mostLayers)
    throw new SourceError(
      `${name} has ${layers.length} layers; a ruleset has one for each file, ${mostLayers} at most`,
    );
  return layers.map((value, i) => {
    const layer = parseDescriptor(value, `layer ${i} of ${name}`);
    if (layer.mediaType !== rulesetLayerType)
      throw new SourceError(
        `layer ${i} of ${name} is ${clip(layer.mediaType)}; a ruleset's files are ${rulesetLayerType}`,
      );
    return layer;
  });
}

type Keeper = { get(digest: Digest): Promise<Buffer | undefined>; put(digest: Digest, bytes: Buffer): Promise<void> };

/** From where it is kept, else from the registry, which has checked it against its digest. */
async function through(kept: Keeper | undefined, digest: Digest, fetch: () => Promise<Buffer>): Promise<Buffer> {
  const there = await kept?.get(digest);
  if (there) return there;
  const bytes = await fetch();
  await kept?.put(digest, bytes);
  return bytes;
}

/** A folder of files named by their digests, and believed by their content alone. Undefined where it cannot be used. */
function keeper(cacheDir: string): Keeper | undefined {
  const opened = makeOwnFolder(cacheDir, 'rulesets');
  if ('refused' in opened) return undefined;
  const place = (digest: Digest) => join(opened.path, digest.slice(7));
  return {
    async get(digest) {
      if (!isDigest(digest)) return undefined;
      const bytes = await readFile(place(digest)).catch(() => undefined);
      return bytes && digestOf(bytes) === digest ? bytes : undefined;
    },
    async put(digest, bytes) {
      if (!isDigest(digest)) return;
      const part = `${place(digest)}.${randomBytes(6).toString('hex')}.tmp`;
      // What cannot be kept is pulled again.
      await writeFile(part, bytes, { mode: 0o600 })
        .then(() => rename(part, place(digest)))
        .catch(() => {});
    },
  };
}
