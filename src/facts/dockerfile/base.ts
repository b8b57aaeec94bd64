/** What the name of a base image tells: its distribution and version, and the user that it sets. */

import type { Dockerfile } from '../../dockerfile/model.ts';
import { tryReference } from '../../image/reference.ts';
import type { BaseImageFact, StageFact } from '../../types/dockerfile.ts';
import type { Distro, Reference } from '../../types/facts.ts';
import type { BaseImages, DistroEntry, FactData } from '../data.ts';
import { globMatches } from '../glob.ts';

/** The user that the base image sets: '' for none. Undefined where nothing is known of it. */
export function baseUser(
  stage: StageFact,
  images: BaseImages,
): { spec: string; uid?: number; from: 'scratch' | 'config' | 'name' } | undefined {
  if (stage.base.scratch) return { spec: '', from: 'scratch' };
  const { image } = stage;
  if (image) return { spec: image.container.user, ...(image.uid !== undefined && { uid: image.uid }), from: 'config' };
  const { reference } = stage.base;
  return reference && stage.os !== 'windows' ? userByName(reference, images) : undefined;
}

/** The image at the bottom of a target. `open`: no USER is set, and its name does not tell what it sets by itself. */
export interface BottomImage {
  reference: Reference;
  open: boolean;
}

export function bottomImage(model: Dockerfile, { 'base-images': images }: FactData): BottomImage | undefined {
  const target = model.target === undefined ? undefined : model.stages[model.target];
  if (!target || target.os === 'windows') return undefined;
  let stage = target;
  while (stage.base.stage !== undefined) stage = model.stages[stage.base.stage]!;
  const reference = stage.base.scratch ? undefined : tryReference(stage.base.name.text);
  return reference && { reference, open: !target.user && !userByName(reference, images) };
}

/** Images that stages of the build start from by a tag alone. */
export function unpinnedBases({ stages }: Dockerfile): Reference[] {
  const out: Reference[] = [];
  for (const { base, built } of stages) {
    if (!built || base.scratch || base.stage !== undefined || base.name.open.length > 0) continue;
    const reference = tryReference(base.name.text);
    if (reference && !reference.digest && out.length < mostBases) out.push(reference);
  }
  return out;
}

const mostBases = 20;

function userByName(reference: Reference, images: BaseImages): { spec: string; from: 'name' } | undefined {
  const entry = images.users.find(
    ({ repository, tag }) =>
      globMatches(repository, nameOf(reference)) && (tag === undefined || globMatches(tag, reference.tag ?? 'latest')),
  );
  if (!entry) return isRootOfficial(reference, images) ? { spec: '', from: 'name' } : undefined;
  return { spec: entry.user === 'none' ? '' : entry.user, from: 'name' };
}

/** The distribution by the image's config or name; undefined where that says nothing of it. */
export function baseDistro(
  { base, image }: Pick<StageFact, 'base'> & { image?: BaseImageFact },
  images: BaseImages,
  distros: readonly DistroEntry[],
): Distro | undefined {
  if (image?.distro) return image.distro;
  if (base.scratch) return { ...empty, id: 'scratch', name: 'scratch', prettyName: 'no operating system' };
  const { reference } = base;
  if (!reference) return undefined;
  const tag = reference.tag ?? (reference.digest ? '' : 'latest');
  const system = images.systems.find(({ repository }) => globMatches(repository, nameOf(reference)));
  const word = tagDistro(tag, images);
  const id = word?.id ?? system?.distro;
  if (id === undefined) return undefined;
  // `python:3.12-alpine`: the number is Python's.
  const version = word ? (word.version ?? '') : (system?.version ?? leadingVersion(tag));
  const known = distros.find((entry) => entry.id === id);
  const name = known?.name ?? id;
  return {
    ...empty,
    id,
    idLike: known?.idLike ?? [],
    name,
    versionId: version,
    prettyName: version === '' ? name : `${name} ${version}`,
    distroless: reference.repository.startsWith('distroless/'),
  };
}

function isRootOfficial({ registry, repository }: Reference, { rootOfficial, officialMirrors }: BaseImages): boolean {
  const name = `${registry}/${repository}`;
  const slash = name.lastIndexOf('/');
  return officialMirrors.includes(name.slice(0, slash)) && rootOfficial.includes(name.slice(slash + 1));
}

const empty = { idLike: [], versionId: '', distroless: false };

function nameOf({ registry, repository }: Reference): string {
  return `${registry}/${repository}`;
}

/** `3.11-slim-bookworm` → debian 12, `20-alpine3.18` → alpine 3.18. */
function tagDistro(tag: string, images: BaseImages): { id: string; version?: string } | undefined {
  for (const part of tag.toLowerCase().slice(0, 128).split('-')) {
    for (const { word, distro, version, is } of images.tagWords) {
      if (!part.startsWith(word)) continue;
      const rest = part.slice(word.length);
      if (is !== undefined) {
        if (rest === '') return { id: distro, version: is };
      } else if (version && /^[\d.]*$/.test(rest)) return { id: distro, ...(rest !== '' && { version: rest }) };
    }
  }
  return undefined;
}

/** `3.18.4`, `22.04`, `9-slim`: digits and dots in front of anything else. A date (20240101) is no version. */
function leadingVersion(tag: string): string {
  const found = /^v?(\d{1,4}(?:\.\d{1,4}){0,3})(?=$|[-_])/.exec(tag);
  return found?.[1] ?? '';
}
