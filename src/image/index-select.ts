/** From a manifest or an index, nested or not, to the images that the platform option asks for. */

import { type Attestation, type Digest, SourceError, type StatusEntry } from '../types.ts';
import { readAttestations } from './attestation.ts';
import { type FetchDocument, Loader, type SelectionContext } from './document-loader.ts';
import type { Descriptor } from './documents.ts';
import { chooseImages } from './image-choice.ts';
import type { SelectedImage } from './image-resolve.ts';
import { groupsOf, type SelectionRoot } from './index-walk.ts';

/** What `selectImages` found. */
export interface Selection {
  /** Never empty. */
  images: SelectedImage[];
  /** By manifest digest, for the selected images only. */
  attestationsFor: Map<Digest, Attestation[]>;
  status: StatusEntry[];
  /** Every image manifest that was seen, selected or not. */
  considered: Descriptor[];
}

/** @throws SourceError where no image fits, saying what there is. */
export async function selectImages(
  root: SelectionRoot,
  fetch: FetchDocument,
  context: SelectionContext,
): Promise<Selection> {
  const status: StatusEntry[] = [];
  const loader = new Loader(fetch, context, root.name);
  const walk = await groupsOf(root, loader, status);
  const images: SelectedImage[] = [];
  const attestationsFor = new Map<Digest, Attestation[]>();
  const problems: SourceError[] = [];
  for (const group of walk.groups) {
    const chosen = await chooseImages(group, loader, status, attestationsFor);
    if (chosen instanceof SourceError) problems.push(chosen);
    else {
      for (const image of chosen) image.digestChecks.push(...(group.digestChecks ?? []));
      images.push(...chosen);
    }
  }
  if (images.length === 0) {
    throw (
      problems[0] ??
      new SourceError(
        `${root.name} holds no container image${artifactsIn(status)}; give a medium that docker save, skopeo copy or a build wrote`,
      )
    );
  }
  for (const problem of problems) status.push({ part: 'index', level: 'warning', message: problem.message });
  for (const image of images) {
    const found = walk.attestations.filter((entry) => entry.subject === image.descriptor.digest);
    for (const entry of found) {
      const read = await readAttestations(
        entry.descriptor,
        (d, what) => loader.load(d, what, 'manifest', image.digestChecks),
        context.limits,
        status,
      );
      if (read.length > 0) attestationsFor.set(entry.subject, [...(attestationsFor.get(entry.subject) ?? []), ...read]);
    }
  }
  return {
    images,
    attestationsFor,
    status,
    considered: walk.groups.flatMap((group) => group.candidates.map((c) => c.descriptor)),
  };
}

function artifactsIn(status: StatusEntry[]): string {
  const skipped = status.find((entry) => entry.part === 'index');
  return skipped ? ` (${skipped.message.slice(0, 300)})` : '';
}
