import type { Check } from '../../types/rule.ts';
import { needOf } from '../need.ts';
import { type Found, residueHit, residueOf } from '../residue.ts';

/** One hit for what is there and the container does not use, one for what a later layer only hides. */
export const check: Check = (facts, context) => {
  const found = residueOf(facts, context, 'cache');
  if (!found.known) return found.hits;
  const need = needOf(facts);
  const used = ({ of }: Found) => of.programs?.some((program) => need.uses(program)) ?? false;
  const there = found.items.filter((item) => item.deletedIn === undefined && !used(item));
  const hidden = found.items.filter(({ deletedIn }) => deletedIn !== undefined);
  return [...residueHit(there, context), ...residueHit(hidden, context, { variant: 'deleted' })];
};
