/** Archives that `docker save` writes: manifest.json beside configs and layers (moby, image/tarexport). */
import { parseImageConfig } from '../image/config.ts';
import { type Descriptor, digestOf, foreignLayerError, isForeign, parseManifestOrIndex } from '../image/documents.ts';
import { assembleImage, type LayerParts } from '../image/handle.ts';
import type { ImageHandle, SourceContext } from '../image/model.ts';
import { familiar, formatReference } from '../image/reference.ts';
import type { DigestCheck } from '../types/bytes.ts';
import { type Digest, SourceError, type SourceKind, type StatusEntry } from '../types.ts';
import { configDigest, matches, noneNamed, type SavedImage, savedImages, selected } from './docker-saved.ts';
import type { FoundImages } from './images.ts';
import { type Medium, mediumPath } from './medium.ts';
import { ociImages, referencesOf } from './oci.ts';

/** @throws SourceError where manifest.json, a config or a layer is missing or unreadable. */
export async function dockerArchiveImages(
  medium: Medium,
  prefix: string,
  kind: SourceKind,
  context: SourceContext,
  wanted: string | undefined,
): Promise<FoundImages> {
  return savedSelection(await savedImages(medium, prefix, context), medium, prefix, kind, context, wanted);
}

/**
 * Docker 25 and later write both manifest.json and index.json. The index is preferred: it has digests and attestations.
 * Names come from both, and an image that only manifest.json knows is not lost.
 */
export async function mixedImages(
  medium: Medium,
  prefix: string,
  kind: SourceKind,
  context: SourceContext,
  wanted: string | undefined,
): Promise<FoundImages> {
  const saved = await savedImages(medium, prefix, context);
  let fromIndex: Awaited<ReturnType<typeof ociImages>>;
  try {
    fromIndex = await ociImages(medium, prefix, kind, context, undefined);
  } catch (error) {
    if (!(error instanceof SourceError) || context.verify === 'strict') throw error;
    const status: StatusEntry = {
      part: 'index',
      level: 'warning',
      message: `index.json of ${medium.name} is not used, manifest.json is: ${error.message}`,
    };
    return { ...(await savedSelection(saved, medium, prefix, kind, context, wanted)), status: [status] };
  }
  const indexed = new Map<Digest, ImageHandle>();
  for (const [i, image] of fromIndex.images.entries())
    indexed.set(fromIndex.selection.images[i]!.manifest.config.digest, image);
  const passedOver = await configsOf(fromIndex.selection.considered, medium, prefix, context);
  const images: ImageHandle[] = [...fromIndex.images];
  const labels = [...fromIndex.labels];
  for (const entry of saved) {
    const digest = configDigest(entry.config);
    const image = digest && indexed.get(digest);
    if (image) {
      const known = new Set(image.origin.references.map(formatReference));
      image.origin.references.push(
        ...referencesOf(entry.tags).filter((reference) => !known.has(formatReference(reference))),
      );
    } else if (!digest || !passedOver.has(digest)) {
      images.push(await savedHandle(medium, prefix, kind, entry, context));
      labels.push(entry.tags[0] ?? digest ?? entry.config);
    }
  }
  if (wanted === undefined) return { images, labels, status: fromIndex.status };
  const position = /^@(\d{1,4})$/.exec(wanted);
  const chosen = [...images.keys()].filter((i) => {
    const image = images[i]!;
    return position
      ? i === Number(position[1])
      : labels[i] === wanted ||
          image.digest === wanted ||
          image.origin.references.some((reference) => matches(reference, wanted));
  });
  if (chosen.length === 0)
    throw noneNamed(
      medium.name,
      wanted,
      images.flatMap((image) => image.origin.references.map(familiar)),
    );
  return { images: chosen.map((i) => images[i]!), labels: chosen.map((i) => labels[i]!), status: fromIndex.status };
}

async function savedSelection(
  saved: SavedImage[],
  medium: Medium,
  prefix: string,
  kind: SourceKind,
  context: SourceContext,
  wanted: string | undefined,
): Promise<FoundImages> {
  const images: ImageHandle[] = [];
  const chosen = selected(saved, wanted, medium.name);
  for (const entry of chosen) images.push(await savedHandle(medium, prefix, kind, entry, context));
  return { images, labels: chosen.map((entry) => entry.tags[0] ?? `@${saved.indexOf(entry)}`), status: [] };
}

async function savedHandle(
  medium: Medium,
  prefix: string,
  kind: SourceKind,
  entry: SavedImage,
  context: SourceContext,
): Promise<ImageHandle> {
  const label = entry.tags[0] ?? entry.config;
  const path = mediumPath(prefix, entry.config);
  const configBytes = path && (await medium.document(path));
  if (!configBytes)
    throw new SourceError(
      `${medium.name} lacks the config ${JSON.stringify(entry.config.slice(0, 200))} of ${label}; save the image again`,
    );
  const digest = digestOf(configBytes);
  const digestChecks: DigestCheck[] = [];
  const named = configDigest(entry.config);
  if (named && named !== digest) {
    if (context.verify === 'strict')
      throw new SourceError(
        `The config of ${label} in ${medium.name} has the digest ${digest} where ${named} is named; save the image again`,
      );
    digestChecks.push({ layer: -1, document: 'config', kind: 'digest', expected: named, actual: digest });
  }
  const layers: LayerParts[] = [];
  let diffIDs: Digest[] | undefined;
  for (const [index, name] of entry.layers.entries()) {
    const layerPath = mediumPath(prefix, name);
    const content = layerPath && (await medium.layer(layerPath));
    if (!content) {
      diffIDs ??= parseImageConfig(configBytes, `the config of ${label}`, entry.layers.length, context.limits).config
        .diffIDs;
      const source = entry.sources.get(diffIDs[index] ?? '');
      if (source && isForeign(source)) throw foreignLayerError(source, index, label);
      throw new SourceError(
        `${medium.name} lacks layer ${index} of ${label} (${JSON.stringify(name.slice(0, 200))}); save the image again`,
      );
    }
    const blob = /(?:^|\/)blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
    layers.push({
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar',
      ...(blob ? { digest: `sha256:${blob}` as Digest } : {}),
      content,
    });
  }
  return assembleImage(
    {
      name: medium.name,
      kind,
      digest,
      configBytes,
      layers,
      annotations: Object.create(null),
      references: referencesOf(entry.tags),
      attestations: [],
      attestationsKnown: false,
      chainVerified: false,
      digestChecks,
      status: [],
    },
    context,
  );
}

/** Configs of every manifest that the index names, so that a platform passed over is not taken for a forgotten image. */
async function configsOf(
  manifests: Descriptor[],
  medium: Medium,
  prefix: string,
  context: SourceContext,
): Promise<Set<Digest>> {
  const configs = new Set<Digest>();
  for (const descriptor of manifests) {
    const bytes = await medium.document(`${prefix}blobs/sha256/${descriptor.digest.slice('sha256:'.length)}`);
    if (!bytes) continue;
    const manifest = parseManifestOrIndex(bytes, `manifest ${descriptor.digest}`, context.limits);
    if (manifest.kind === 'manifest') configs.add(manifest.config.digest);
  }
  return configs;
}
