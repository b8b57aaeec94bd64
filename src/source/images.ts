/** From a medium's files to its images, whichever way they are laid out. */

import { withinBudget } from '../image/document-loader.ts';
import type { ImageHandle, OpenedSource, SourceContext } from '../image/model.ts';
import { formatPlatform, platformRank } from '../image/platform.ts';
import { SourceError, type SourceKind, type StatusEntry } from '../types.ts';
import type { Medium } from './medium.ts';

/** What the user said of the medium. */
export interface MediumOptions {
  /** Absent = told by the content. */
  kind?: SourceKind;
  /** One image of several: a name, a digest or `@position`. */
  wanted?: string;
}

/** What one layout found. */
export interface FoundImages {
  images: ImageHandle[];
  /** What selects each image when it is given back behind the medium's name. */
  labels: (string | undefined)[];
  status: StatusEntry[];
}

/**
 * Reads the documents that tell where the images are: index.json (OCI image-spec, image-layout.md), manifest.json
 * (`docker save` since 1.10), or the folders of earlier Docker. A wrapping folder is looked through.
 * @throws SourceError where there is no image, or none that was asked for.
 */
export async function openMedium(
  unbounded: Medium,
  context: SourceContext,
  options: MediumOptions,
): Promise<OpenedSource> {
  const medium: Medium = {
    ...unbounded,
    document: withinBudget(unbounded.document, context.limits, unbounded.name),
  };
  const found: FoundImages = { images: [], labels: [], status: [] };
  let kind: SourceKind | undefined = options.kind;
  for (const { prefix, format } of rootsOf(medium, options)) {
    const at = await openAt(medium, prefix, format, context, options);
    kind ??= at.kind;
    found.images.push(...at.images);
    found.labels.push(...at.labels);
    found.status.push(...at.status);
  }
  if (found.images.length > 1) nameApart(found, medium.name);
  const images = forPlatform(found, medium.name, context);
  return {
    name: medium.name,
    kind: kind ?? 'docker-archive',
    images,
    status: [...medium.status, ...found.status],
    close: async () => {},
  };
}

type Format = 'both' | 'oci' | 'docker' | 'v1';

async function openAt(
  medium: Medium,
  prefix: string,
  format: Format,
  context: SourceContext,
  options: MediumOptions,
): Promise<FoundImages & { kind: SourceKind }> {
  const kind = options.kind ?? (format === 'oci' ? 'oci-archive' : 'docker-archive');
  const { wanted } = options;
  if (format === 'v1') {
    const { dockerV1Images } = await import('./docker-v1.ts');
    return { kind, ...(await dockerV1Images(medium, prefix, kind, context, wanted)) };
  }
  if (format === 'docker') {
    const { dockerArchiveImages } = await import('./docker-archive.ts');
    return { kind, ...(await dockerArchiveImages(medium, prefix, kind, context, wanted)) };
  }
  const { ociImages } = await import('./oci.ts');
  if (format === 'oci') return { kind, ...(await ociImages(medium, prefix, kind, context, wanted)) };
  const { mixedImages } = await import('./docker-archive.ts');
  return { kind, ...(await mixedImages(medium, prefix, kind, context, wanted)) };
}

/** Folders of the medium that hold images: its root, or else the folders in it. @throws SourceError where there is none. */
function rootsOf(medium: Medium, options: MediumOptions): { prefix: string; format: Format }[] {
  const marks = new Map<string, Set<string>>();
  for (const name of medium.names()) {
    const match =
      /^((?:[^/]+\/)?)(?:(index\.json|manifest\.json|repositories)|([0-9a-f]{64})\/(?:json|layer\.tar))$/.exec(name);
    if (!match) continue;
    const prefix = match[1]!;
    const set = marks.get(prefix) ?? new Set();
    marks.set(prefix, set.add(match[2] ?? 'v1'));
  }
  const prefixes = marks.has('')
    ? ['']
    : [...marks.keys()].filter((prefix) => !/^(?:blobs|[0-9a-f]{64})\/$/.test(prefix));
  const roots = prefixes.flatMap((prefix) => {
    const format = formatOf(marks.get(prefix)!, options.kind);
    return format ? [{ prefix, format }] : [];
  });
  if (roots.length > 0) return roots;
  const wanted =
    options.kind === 'oci-archive' || options.kind === 'oci-dir'
      ? 'no index.json'
      : 'no manifest.json, index.json or repositories';
  throw new SourceError(
    `${medium.name} holds no container image: it has ${wanted}; give what docker save or skopeo copy wrote, or name a root filesystem as rootfs:PATH`,
  );
}

function formatOf(marks: Set<string>, kind: SourceKind | undefined): Format | undefined {
  const oci = marks.has('index.json');
  const docker = marks.has('manifest.json');
  if (kind === 'oci-archive' || kind === 'oci-dir') return oci ? 'oci' : undefined;
  if (oci && docker) return 'both';
  if (docker) return 'docker';
  if (oci) return 'oci';
  return marks.has('v1') || marks.has('repositories') ? 'v1' : undefined;
}

/** An explicit platform also narrows archives whose entries are images of their own. @throws SourceError where none is left. */
function forPlatform(found: FoundImages, name: string, context: SourceContext): ImageHandle[] {
  const wanted = context.platform;
  if (!wanted || context.allPlatforms) return found.images;
  const fits = (image: ImageHandle): boolean =>
    image.config.platform.os === 'unknown' || platformRank(wanted, image.config.platform) !== undefined;
  const images = found.images.filter(fits);
  const others = [
    ...new Set(found.images.filter((image) => !fits(image)).map((image) => formatPlatform(image.config.platform))),
  ]
    .slice(0, 20)
    .join(', ');
  if (images.length === 0)
    throw new SourceError(
      `${name} has no image for ${formatPlatform(wanted)}; choose one of these with --platform: ${others}`,
    );
  if (others)
    found.status.push({
      part: 'index',
      level: 'info',
      message: `${name} also holds images for ${others}; they are left out, since ${formatPlatform(wanted)} was asked for`,
    });
  return images;
}

/** Several images of one medium need names that tell them apart: their own, then their platform, then their digest. */
function nameApart(found: FoundImages, medium: string): void {
  const { images, labels } = found;
  const names = images.map((_image, i) => (labels[i] ? `${medium}:${labels[i]}` : medium));
  const repeated = (i: number): boolean => names.some((name, other) => other !== i && name === names[i]);
  for (const marks of [
    (image: ImageHandle) => formatPlatform(image.config.platform),
    (image: ImageHandle) => image.digest ?? '',
  ]) {
    const again = names.map((_name, i) => repeated(i));
    for (const [i, image] of images.entries()) if (again[i]) names[i] += ` ${marks(image)}`;
  }
  for (const [i, image] of images.entries()) image.name = names[i]!;
}
