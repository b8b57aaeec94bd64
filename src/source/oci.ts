/** An OCI layout, as a folder or in an archive (OCI image-spec, image-layout.md). */

import type { Descriptor } from '../image/documents.ts';
import { imageHandleFrom } from '../image/handle.ts';
import { type Selection, selectImages } from '../image/index-select.ts';
import type { ImageHandle, LayerContent, SourceContext } from '../image/model.ts';
import { parseReference } from '../image/reference.ts';
import type { Reference } from '../types/facts.ts';
import { SourceError, type SourceKind, type StatusEntry, UsageError } from '../types.ts';
import type { FoundImages } from './images.ts';
import { type Medium, mediumPath } from './medium.ts';

/** Images of a layout, with the walk that led to them. */
export interface OciImages extends FoundImages {
  selection: Selection;
}

/** @throws SourceError where index.json cannot be read or no image fits. */
export async function ociImages(
  medium: Medium,
  prefix: string,
  kind: SourceKind,
  context: SourceContext,
  wanted: string | undefined,
): Promise<OciImages> {
  const bytes = await medium.document(`${prefix}index.json`);
  if (!bytes) throw new SourceError(`${medium.name} has no index.json, so it is no OCI image layout`);
  const status: StatusEntry[] = [];
  checkLayoutFile(await medium.document(`${prefix}oci-layout`), medium.name, status);
  const fetch = (descriptor: Descriptor): Promise<Uint8Array | undefined> =>
    medium.document(blobPath(prefix, descriptor));
  const selection = await selectImages(
    { name: medium.name, bytes, layout: true, ...(wanted === undefined ? {} : { wanted }) },
    fetch,
    {
      limits: context.limits,
      allPlatforms: context.allPlatforms,
      verify: context.verify,
      ...(context.platform ? { platform: context.platform } : {}),
      has: (descriptor) => medium.has(blobPath(prefix, descriptor)),
    },
  );
  const images: ImageHandle[] = [];
  for (const selected of selection.images) {
    const contents: LayerContent[] = [];
    for (const layer of selected.manifest.layers) contents.push(await layerOf(medium, prefix, layer));
    const attestations = selection.attestationsFor.get(selected.descriptor.digest) ?? [];
    images.push(
      imageHandleFrom(
        selected,
        {
          name: medium.name,
          kind,
          layer: (_descriptor, index) => contents[index]!,
          chainVerified: false,
          references: referencesOf(selected.names),
          attestations,
          // docker save writes an index.json even from a store that keeps no attestations.
          attestationsKnown: kind === 'oci-archive' || kind === 'oci-dir' || attestations.length > 0,
        },
        context,
      ),
    );
  }
  const labels = selection.images.map(
    (image) => image.names[0] ?? (context.allPlatforms ? undefined : image.descriptor.digest),
  );
  return { images, labels, selection, status: [...status, ...selection.status] };
}

/** Full references among the names that a medium gives: a bare tag such as `latest` names no repository. */
export function referencesOf(names: string[]): Reference[] {
  const references: Reference[] = [];
  for (const name of names) {
    if (!/[/:@]/.test(name) || name.startsWith('<none>')) continue;
    try {
      references.push(parseReference(name));
    } catch (error) {
      // A name is a courtesy of whoever wrote the medium: an odd one is no reason to refuse the image.
      if (!(error instanceof UsageError)) throw error;
    }
  }
  return references;
}

function blobPath(prefix: string, descriptor: Descriptor): string {
  return `${prefix}blobs/sha256/${descriptor.digest.slice('sha256:'.length)}`;
}

async function layerOf(medium: Medium, prefix: string, descriptor: Descriptor): Promise<LayerContent> {
  const content = await medium.layer(mediumPath('', blobPath(prefix, descriptor))!);
  if (!content)
    throw new SourceError(`${medium.name} lacks the layer ${descriptor.digest}; save or copy the image again`);
  return content;
}

/** Tools leave the file out and still write good layouts: its absence is a word, another version a warning. */
function checkLayoutFile(bytes: Uint8Array | undefined, name: string, status: StatusEntry[]): void {
  if (!bytes) {
    status.push({
      part: 'oci-layout',
      level: 'info',
      message: `${name} has no oci-layout file; it is read as layout version 1.0.0`,
    });
    return;
  }
  const version = /"imageLayoutVersion"\s*:\s*"([^"]{0,40})"/.exec(Buffer.from(bytes).toString('utf8'))?.[1];
  if (version !== '1.0.0') {
    status.push({
      part: 'oci-layout',
      level: 'warning',
      message: `${name} states the layout version ${JSON.stringify(version ?? '')}; it is read as 1.0.0`,
    });
  }
}
