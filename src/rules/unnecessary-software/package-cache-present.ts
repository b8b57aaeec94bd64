import type { Check } from '../../types/rule.ts';
import { residueHit, residueOf } from '../residue.ts';

/** One hit for what is there, one for what a later layer only hides. */
export const check: Check = (facts, context) => {
  const found = residueOf(facts, context, 'cache');
  if (!found.known) return found.hits;
  return [
    ...residueHit(
      found.items.filter(({ deletedIn }) => deletedIn === undefined),
      context,
    ),
    ...residueHit(
      found.items.filter(({ deletedIn }) => deletedIn !== undefined),
      context,
      { variant: 'deleted' },
    ),
  ];
};
