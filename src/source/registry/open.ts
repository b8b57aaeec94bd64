import { withinBudget } from '../../image/document-loader.ts';
import { digestOf, foreignLayerError, isForeign } from '../../image/documents.ts';
import { imageHandleFrom } from '../../image/handle.ts';
import type { SelectedImage } from '../../image/image-resolve.ts';
import { selectImages } from '../../image/index-select.ts';
import type { ImageHandle, OpenedSource, SourceContext } from '../../image/model.ts';
import { formatPlatform } from '../../image/platform.ts';
import { familiar, parseReference } from '../../image/reference.ts';
import type { Reference } from '../../types/facts.ts';
import { type Digest, SourceError, type StatusEntry } from '../../types.ts';
import { type AttestationAnswer, findAttestations } from './attestations.ts';
import { readBlob } from './blob.ts';
import { createClient, type RepositoryClient } from './client.ts';
import { fetchManifest, fetchNamed } from './document.ts';
import type { RegistryOptions } from './options.ts';

/**
 * Opens an image in a registry, without a daemon (distribution-spec). Manifests and configs are read here; layers are
 * downloaded when they are read. Everything is checked against its digest, whatever `context.verify` says.
 * @throws UsageError for a reference that does not parse, SourceError for anything that the registry or the way to it
 * gets wrong.
 */
export async function openRegistry(
  reference: string,
  context: SourceContext,
  options: RegistryOptions,
): Promise<OpenedSource> {
  const wanted = parseReference(reference);
  // Nothing of this source may go on after it was closed.
  const closing = new AbortController();
  const signal = AbortSignal.any([context.signal, closing.signal]);
  const client = createClient(wanted, options, { env: context.env, signal });
  try {
    const { images, status } = await open(wanted, client, context, options);
    return {
      name: familiar(wanted),
      kind: 'registry',
      images,
      status: [...client.status, ...status],
      close: async () => {
        closing.abort(new SourceError(`${familiar(wanted)} was closed while it was read`));
        client.close();
      },
    };
  } catch (error) {
    client.close();
    throw error;
  }
}

async function open(
  wanted: Reference,
  client: RepositoryClient,
  context: SourceContext,
  options: RegistryOptions,
): Promise<{ images: ImageHandle[]; status: StatusEntry[] }> {
  const { limits } = context;
  const name = familiar(wanted);
  const by = wanted.digest ? { digest: wanted.digest } : { tag: wanted.tag ?? 'latest' };
  const bytes = await fetchManifest(client, by, limits.documentBytes);
  const top = digestOf(bytes);
  const lookUp = oncePerDigest(client, context, options);
  // An index may be signed as a whole, or each of its images: both are asked, while the selection goes on.
  lookUp(top);
  const selection = await selectImages(
    { name, bytes, layout: false },
    withinBudget((descriptor) => fetchNamed(client, descriptor, limits.documentBytes), limits, name),
    { ...selectionContext(context), verify: 'strict' },
  );
  const status = [...selection.status];
  const images: ImageHandle[] = [];
  const refused: SourceError[] = [];
  for (const selected of selection.images) lookUp(selected.descriptor.digest);
  for (const selected of selection.images) {
    const foreign = selected.manifest.layers.findIndex(isForeign);
    if (foreign >= 0) {
      refused.push(foreignLayerError(selected.manifest.layers[foreign]!, foreign, name));
      continue;
    }
    const digests = new Set([selected.descriptor.digest, top]);
    const answers = await Promise.all([...digests].map(lookUp));
    images.push(
      handle(selected, {
        wanted,
        top,
        client,
        context,
        answers,
        known: selection.attestationsFor.get(selected.descriptor.digest) ?? [],
      }),
    );
  }
  if (images.length === 0 && refused[0]) throw refused[0];
  for (const error of refused) status.push({ part: 'index', level: 'warning', message: `Skipped: ${error.message}` });
  return { images, status };
}

function handle(
  selected: SelectedImage,
  parts: {
    wanted: Reference;
    top: Digest;
    client: RepositoryClient;
    context: SourceContext;
    answers: AttestationAnswer[];
    known: ImageHandle['attestations'];
  },
): ImageHandle {
  const { wanted, client, context, answers } = parts;
  const platform = context.allPlatforms && selected.platform ? ` (${formatPlatform(selected.platform)})` : '';
  const found = [...parts.known, ...answers.flatMap((answer) => answer.attestations)];
  return imageHandleFrom(
    selected,
    {
      name: `${familiar(wanted)}${platform}`,
      kind: 'registry',
      chainVerified: true,
      references: [wanted],
      pulledFrom: wanted,
      resolved: parts.top,
      attestations: found.filter(
        (one, at) => found.findIndex((other) => other.digest === one.digest && other.type === one.type) === at,
      ),
      attestationsKnown: answers.every((answer) => answer.known),
      status: answers.flatMap((answer) => answer.status),
      layer: (descriptor, index) => ({
        from: 'stream',
        open: () => readBlob(client, descriptor, `layer ${index} ${descriptor.digest} of ${familiar(wanted)}`),
      }),
    },
    context,
  );
}

function oncePerDigest(
  client: RepositoryClient,
  context: SourceContext,
  options: RegistryOptions,
): (digest: Digest) => Promise<AttestationAnswer> {
  const asked = new Map<Digest, Promise<AttestationAnswer>>();
  return (digest) => {
    let answer = asked.get(digest);
    if (!answer) {
      answer =
        options.attestations === false
          ? Promise.resolve({ attestations: [], known: false, status: [] })
          : findAttestations(client, digest, context.limits);
      // It is awaited later, or never where the image cannot be read.
      answer.catch(() => {});
      asked.set(digest, answer);
    }
    return answer;
  };
}

function selectionContext(context: SourceContext): Pick<SourceContext, 'limits' | 'allPlatforms' | 'platform'> {
  return {
    limits: context.limits,
    allPlatforms: context.allPlatforms,
    ...(context.platform ? { platform: context.platform } : {}),
  };
}
