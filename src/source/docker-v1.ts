/**
 * Archives of Docker before 1.10: a folder per layer with `json` and `layer.tar`, chained by `parent`, and `repositories`
 * with the names (Docker image specification v1.0.0, "Combined Image JSON + Filesystem Changeset Format").
 */

import { isRecord, parseJson } from '../image/documents.ts';
import { assembleImage, type LayerParts } from '../image/handle.ts';
import { pastLimit } from '../image/limits.ts';
import type { ImageHandle, SourceContext } from '../image/model.ts';
import { SourceError, type SourceKind } from '../types.ts';
import type { FoundImages } from './images.ts';
import type { Medium } from './medium.ts';
import { referencesOf } from './oci.ts';

/** @throws SourceError where a chain loops, is too long, or a layer is missing. */
export async function dockerV1Images(
  medium: Medium,
  prefix: string,
  kind: SourceKind,
  context: SourceContext,
  wanted: string | undefined,
): Promise<FoundImages> {
  const documents = await layerDocuments(medium, prefix, context);
  const named = await repositories(medium, prefix, context);
  const tips = named.size > 0 ? named : untaggedTips(documents);
  if (tips.size === 0)
    throw new SourceError(`${medium.name} holds no container image: its layers name no image that ends a chain`);
  const position = wanted === undefined ? null : /^@(\d{1,4})$/.exec(wanted);
  const images: ImageHandle[] = [];
  const labels: string[] = [];
  for (const [at, [id, names]] of [...tips].entries()) {
    const fits =
      wanted === undefined || (position ? Number(position[1]) === at : id === wanted || names.includes(wanted));
    if (!fits) continue;
    images.push(await legacyImage(medium, prefix, kind, id, names, documents, context));
    labels.push(names[0] ?? id);
  }
  if (images.length === 0)
    throw new SourceError(
      `${medium.name} holds no image ${JSON.stringify(wanted)}; it has: ${[...tips.values()].flat().slice(0, 20).join(', ') || [...tips.keys()].slice(0, 5).join(', ')}`,
    );
  return { images, labels, status: [] };
}

type LayerDocument = Record<string, unknown>;

async function legacyImage(
  medium: Medium,
  prefix: string,
  kind: SourceKind,
  tip: string,
  names: string[],
  documents: Map<string, LayerDocument>,
  context: SourceContext,
): Promise<ImageHandle> {
  const label = names[0] ?? tip;
  const chain = chainOf(tip, label, documents, medium.name, context.limits.layers);
  const layers: LayerParts[] = [];
  for (const [index, id] of chain.entries()) {
    const content = await medium.layer(`${prefix}${id}/layer.tar`);
    if (!content)
      throw new SourceError(`${medium.name} lacks layer ${index} of ${label} (${id}/layer.tar); save the image again`);
    layers.push({ mediaType: 'application/vnd.docker.image.rootfs.diff.tar', content });
  }
  const top = documents.get(tip)!;
  const config = {
    architecture: top['architecture'],
    os: top['os'],
    created: top['created'],
    author: top['author'],
    config: top['config'],
    history: chain.map((id) => historyOf(documents.get(id)!)),
  };
  const handle = assembleImage(
    {
      name: medium.name,
      kind,
      configBytes: Buffer.from(JSON.stringify(config)),
      layers,
      annotations: Object.create(null),
      references: referencesOf(names),
      attestations: [],
      attestationsKnown: false,
      chainVerified: false,
      digestChecks: [],
      status: [
        {
          part: 'docker-archive',
          level: 'info',
          message: `${label} is in the format of Docker before 1.10, which names no digests: its bytes cannot be held against any`,
        },
      ],
    },
    context,
  );
  return handle;
}

/** From the lowest layer to the tip. */
function chainOf(
  tip: string,
  label: string,
  documents: Map<string, LayerDocument>,
  medium: string,
  limit: number,
): string[] {
  const chain: string[] = [];
  const seen = new Set<string>();
  for (let id: string | undefined = tip; id; ) {
    if (seen.has(id))
      throw new SourceError(
        `The layers of ${label} in ${medium} form a loop at ${id}; the archive is broken, save the image again`,
      );
    seen.add(id);
    const document = documents.get(id);
    if (!document)
      throw new SourceError(
        `${medium} lacks ${id}/json, ${id === tip ? 'the image' : 'a layer'} of ${label}; save the image again`,
      );
    if (chain.length >= limit) throw pastLimit(`${label} in ${medium} has more than ${limit} layers`, 'layers');
    chain.push(id);
    id = parentOf(document);
  }
  return chain.reverse();
}

async function layerDocuments(
  medium: Medium,
  prefix: string,
  context: SourceContext,
): Promise<Map<string, LayerDocument>> {
  const documents = new Map<string, LayerDocument>();
  // An archive may hold many images, each with layers up to the limit.
  const limit = context.limits.layers * 8;
  for (const name of medium.names()) {
    const id = name.startsWith(prefix) ? /^([0-9a-f]{64})\/json$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (!id) continue;
    if (documents.size >= limit) throw pastLimit(`${medium.name} holds more than ${limit} layers`, 'layers');
    const what = `${id}/json of ${medium.name}`;
    const bytes = await medium.document(name);
    const document = bytes && parseJson(bytes, what, context.limits);
    if (!isRecord(document)) throw new SourceError(`${what} is not a JSON object; save the image again`);
    documents.set(id, document);
  }
  return documents;
}

/** Image ids and the names that `repositories` gives them. */
async function repositories(medium: Medium, prefix: string, context: SourceContext): Promise<Map<string, string[]>> {
  const tips = new Map<string, string[]>();
  const bytes = await medium.document(`${prefix}repositories`);
  if (!bytes) return tips;
  const document = parseJson(bytes, `repositories of ${medium.name}`, context.limits);
  if (!isRecord(document)) return tips;
  for (const [repository, tags] of Object.entries(document)) {
    if (!isRecord(tags)) continue;
    for (const [tag, id] of Object.entries(tags)) {
      if (typeof id !== 'string') continue;
      tips.set(id, [...(tips.get(id) ?? []), `${repository}:${tag}`]);
      if (tips.size > context.limits.manifests)
        throw new SourceError(`repositories of ${medium.name} names more than ${context.limits.manifests} images`);
    }
  }
  return tips;
}

/** Without names, an image is a layer that is nobody's parent. */
function untaggedTips(documents: Map<string, LayerDocument>): Map<string, string[]> {
  const parents = new Set([...documents.values()].map(parentOf));
  return new Map([...documents.keys()].filter((id) => !parents.has(id)).map((id) => [id, []]));
}

function parentOf(document: LayerDocument): string | undefined {
  const parent = document['parent'];
  return typeof parent === 'string' && parent !== '' ? parent : undefined;
}

/** The step that made a layer, as `docker history` showed it. */
function historyOf(document: LayerDocument): Record<string, unknown> {
  const build = isRecord(document['container_config']) ? document['container_config']['Cmd'] : undefined;
  const command = Array.isArray(build) ? build.filter((word) => typeof word === 'string').join(' ') : undefined;
  return {
    created: document['created'],
    created_by: command,
    author: document['author'],
    comment: document['comment'],
  };
}
