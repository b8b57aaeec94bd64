import type { Check } from '../../types/rule.ts';
import { shownName } from '../bases.ts';
import type { BaseKinds } from '../data.ts';
import { dockerfileOf, placeIn, rootStage } from '../dockerfile.ts';
import { dataOf } from '../hits.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';
import { wildcard } from '../wild.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const hits = installHits(dockerfile, softwareLeft(dockerfile, softwareOf(context, 'compiler')));
  const root = rootStage(dockerfile);
  const reference = root?.base.reference;
  if (!root || !reference) return hits;
  const name = `${reference.registry}/${reference.repository}`;
  const kit = dataOf<BaseKinds>(context, 'base-kinds').kits.find(
    ({ repository, tag, but }) =>
      wildcard(repository, name) &&
      (tag === undefined || tag.some((one) => wildcard(one, reference.tag ?? 'latest'))) &&
      !but?.some((one) => wildcard(one, reference.tag ?? 'latest')),
  );
  if (!kit) return hits;
  return [
    {
      variant: 'base',
      data: { base: shownName(root.base.text), what: kit.what, names: kit.what, count: 1 },
      evidence: [placeIn(dockerfile, root.index, root.base)],
    },
    ...hits,
  ];
};
