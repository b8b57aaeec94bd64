import type { Facts } from '../../types/facts.ts';
import type { Check, Hit } from '../../types/rule.ts';
import type { LanguageManager, LanguageManagers } from '../data.ts';
import { dataOf, inConfig, unknownHit } from '../hits.ts';
import { type Need, needOf } from '../need.ts';
import { type Present, present, presentHit } from '../present.ts';

/** What the container starts, or starts through, is needed; what comes with a runtime and frees nothing is said with little weight. */
export const check: Check = (facts, context) => {
  if (!facts.tools.known) return unknownHit(facts.tools.reason, inConfig('/rootfs'));
  const need = needOf(facts);
  const { families } = dataOf<LanguageManagers>(context, 'language-package-managers');
  const found = (part: boolean) =>
    families.filter((family) => (family.part ?? false) === part).flatMap((family) => unneeded(facts, family, need));
  const own = found(false);
  return own.length > 0 ? managerHit(own, need) : parts(found(true));
};

/** A family under its own name, whichever of its programs and packages are there. */
function unneeded(facts: Facts, family: LanguageManager, need: Need): Present[] {
  const items = present(facts, family).filter(({ applet }) => !applet);
  return items.some((item) => need.usesAny(item)) ? [] : items.map((item) => ({ ...item, name: family.family }));
}

function managerHit(found: readonly Present[], need: Need): Hit[] {
  const variant = need.main === undefined ? 'default' : 'beside';
  return presentHit(found, { variant, ...need.doubt }, { main: need.main ?? '' });
}

function parts(found: readonly Present[]): Hit[] {
  return presentHit(found, { variant: 'part', confidence: 'low' });
}
