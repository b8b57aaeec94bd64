import type { Check } from '../../types/rule.ts';
import { shownName } from '../bases.ts';
import type { BaseKinds } from '../data.ts';
import { dockerfileOf, placeIn, rootStage } from '../dockerfile.ts';
import { dataOf } from '../hits.ts';
import { wildcard } from '../wild.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  const root = dockerfile && rootStage(dockerfile);
  const reference = root?.base.reference;
  if (!dockerfile || !root || !reference || root.os === 'windows') return [];
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
      data: { base: shownName(root.base.text), smaller: entry.smaller },
      evidence: [placeIn(dockerfile, root.index, root.base)],
      ...(root.base.open.length > 0 && { confidence: 'medium' }),
    },
  ];
};
