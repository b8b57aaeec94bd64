import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import { shownName } from '../bases.ts';
import type { BaseKinds, LanguageManagers, Software } from '../data.ts';
import { dockerfileOf, placeIn, rootStage } from '../dockerfile.ts';
import { dataOf, inConfig, tableOf, unknownHit } from '../hits.ts';
import { builds, needOf } from '../need.ts';
import { present, presentHit, without } from '../present.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';
import { wildcard } from '../wild.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return inImage(facts, context);
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

/** An image that compiles when it starts is what it is there for. Build drivers that fetch packages have a rule of their own. */
function inImage(facts: Facts, context: CheckContext): Hit[] {
  if (!facts.tools.known) return unknownHit(facts.tools.reason, inConfig('/rootfs'));
  const need = needOf(facts);
  if (builds(need, dataOf<Software>(context, 'software').buildDrivers)) return [];
  const managers = dataOf<LanguageManagers>(context, 'language-package-managers').families;
  const kits = tableOf(context, 'kits');
  const found = present(facts, without(softwareOf(context, 'compiler'), managers)).filter(({ applet }) => !applet);
  return presentHit(
    found.map((item) => ({ ...item, name: kits.get(item.name) ?? item.name })),
    { variant: need.main === undefined ? 'present' : 'beside', ...need.doubt },
    { main: need.main ?? '' },
  );
}
