/** manifest.json of `docker save`: which images an archive holds (moby, image/tarexport). */
import { type Descriptor, isDigest, isRecord, parseDescriptor, parseJson } from '../image/documents.ts';
import { pastLimit } from '../image/limits.ts';
import type { SourceContext } from '../image/model.ts';
import { parseReference } from '../image/reference.ts';
import { type Digest, SourceError } from '../types.ts';
import type { Medium } from './medium.ts';
import { referencesOf } from './oci.ts';

/** One entry of manifest.json. */
export interface SavedImage {
  config: string;
  tags: string[];
  layers: string[];
  /** Descriptors of layers that differ from their files (foreign ones), by diffID. */
  sources: Map<string, Descriptor>;
}

/** @throws SourceError where the list is missing, malformed or over a limit. */
export async function savedImages(medium: Medium, prefix: string, context: SourceContext): Promise<SavedImage[]> {
  const what = `manifest.json of ${medium.name}`;
  const bytes = await medium.document(`${prefix}manifest.json`);
  if (!bytes) throw new SourceError(`${medium.name} has no manifest.json, so it is no archive of docker save`);
  const list = parseJson(bytes, what, context.limits);
  if (!Array.isArray(list)) throw new SourceError(`${what} is not a list of images; save the image again`);
  if (list.length === 0) throw new SourceError(`${what} names no image; save the image again`);
  if (list.length > context.limits.manifests)
    throw pastLimit(`${what} names ${list.length} images, over the limit of ${context.limits.manifests}`, 'manifests');
  return list.map((entry, i) => {
    if (!isRecord(entry) || typeof entry['Config'] !== 'string')
      throw new SourceError(`Image ${i} in ${what} names no config; save the image again`);
    const layers = strings(entry['Layers']);
    if (layers.length > context.limits.layers)
      throw pastLimit(
        `Image ${i} in ${what} has ${layers.length} layers, over the limit of ${context.limits.layers}`,
        'layers',
      );
    return {
      config: entry['Config'],
      tags: strings(entry['RepoTags']),
      layers,
      sources: layerSources(entry['LayerSources'], what),
    };
  });
}

/** The entries that a name, a config digest or `@position` selects. @throws SourceError where there is none. */
export function selected(saved: SavedImage[], wanted: string | undefined, medium: string): SavedImage[] {
  if (wanted === undefined) return saved;
  const position = /^@(\d{1,4})$/.exec(wanted);
  const found = position
    ? saved.slice(Number(position[1]), Number(position[1]) + 1)
    : saved.filter(
        (entry) =>
          configDigest(entry.config) === wanted ||
          entry.tags.includes(wanted) ||
          referencesOf(entry.tags).some((reference) => matches(reference, wanted)),
      );
  if (found.length === 0)
    throw noneNamed(
      medium,
      wanted,
      saved.flatMap((entry) => entry.tags),
    );
  return found;
}

/** Whether what the user wrote names this reference; a missing tag is `latest`. */
export function matches(reference: ReturnType<typeof parseReference>, wanted: string): boolean {
  try {
    const asked = parseReference(wanted);
    return (
      asked.registry === reference.registry &&
      asked.repository === reference.repository &&
      (asked.tag ?? 'latest') === (reference.tag ?? 'latest')
    );
  } catch {
    return false;
  }
}

/** The error where nothing is of the wanted name. */
export function noneNamed(medium: string, wanted: string, names: string[]): SourceError {
  const there =
    names.length > 0
      ? `it has: ${names.slice(0, 20).join(', ')}`
      : 'its images have no names: select one with @0, @1 …';
  return new SourceError(`${medium} holds no image ${JSON.stringify(wanted)}; ${there}`);
}

/** The digest in a config's name: `HEX.json`, `sha256:HEX`, `blobs/sha256/HEX`. */
export function configDigest(name: string): Digest | undefined {
  const hex = /^(?:sha256:|blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  return hex ? `sha256:${hex}` : undefined;
}

function layerSources(value: unknown, what: string): Map<string, Descriptor> {
  const sources = new Map<string, Descriptor>();
  if (!isRecord(value)) return sources;
  for (const [diffID, entry] of Object.entries(value)) {
    if (isRecord(entry) && isDigest(entry['digest']))
      sources.set(diffID, parseDescriptor(entry, `a layer source of ${what}`));
  }
  return sources;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((member) => typeof member === 'string') : [];
}
