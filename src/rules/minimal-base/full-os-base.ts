import type { Facts, Reference } from '../../types/facts.ts';
import type { Check } from '../../types/rule.ts';
import type { Confidence, Evidence } from '../../types.ts';
import { shownName } from '../bases.ts';
import type { BaseKinds } from '../data.ts';
import { dockerfileOf, placeIn, rootStage } from '../dockerfile.ts';
import { dataOf } from '../hits.ts';
import { wildcard } from '../wild.ts';

export const check: Check = (facts, context) => {
  const found = baseOf(facts);
  if (!found) return [];
  const { reference, text, evidence, confidence } = found;
  const { full, lightWords } = dataOf<BaseKinds>(context, 'base-kinds');
  const tag = reference.tag ?? (reference.digest ? '' : 'latest');
  // A bare digest says nothing of the variant.
  if (tag === '') return [];
  const name = `${reference.registry}/${reference.repository}`;
  const entry = full.find(({ repository }) => wildcard(repository, name));
  if (
    !entry ||
    entry.but?.some((pattern) => wildcard(pattern, tag)) ||
    tag.split(/[-_.]/).some((part) => lightWords.some((word) => part.startsWith(word)))
  )
    return [];
  return [
    {
      variant: entry.kind,
      data: { base: shownName(text), smaller: entry.smaller },
      evidence: [evidence],
      ...(confidence && { confidence }),
      // What the system weighs is measured (os-footprint): to say where it comes from costs no more.
      ...(facts.image.kind !== 'dockerfile' && { severity: 'info' as const }),
    },
  ];
};

interface NamedBase {
  reference: Reference;
  /** As it is shown. */
  text: string;
  evidence: Evidence;
  confidence?: Confidence;
}

/** The FROM that the image stands on, or the base that the image was told to be built on. */
function baseOf(facts: Facts): NamedBase | undefined {
  const dockerfile = dockerfileOf(facts);
  if (dockerfile) {
    const root = rootStage(dockerfile);
    if (!root?.base.reference || root.os === 'windows') return undefined;
    return {
      reference: root.base.reference,
      text: root.base.text,
      evidence: placeIn(dockerfile, root.index, root.base),
      ...(root.base.open.length > 0 && { confidence: 'medium' }),
    };
  }
  const { base, image } = facts;
  if (!base.known || base.value.kind !== 'image' || !base.value.reference || image.platform.os === 'windows')
    return undefined;
  const { reference, confidence } = base.value;
  const [evidence] = base.evidence;
  if (!evidence) return undefined;
  return { reference, text: imageName(reference), evidence, ...(confidence !== 'high' && { confidence }) };
}

function imageName({ registry, repository, tag }: Reference): string {
  const name = registry === 'docker.io' ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
  return tag === undefined ? name : `${name}:${tag}`;
}
