import type { Check } from '../../types/rule.ts';
import type { Software } from '../data.ts';
import { dataOf } from '../hits.ts';
import { builds, needOf } from '../need.ts';
import { residueHit, residueOf } from '../residue.ts';

/** An image that compiles when it starts needs its headers and libraries. */
export const check: Check = (facts, context) => {
  const found = residueOf(facts, context, 'build');
  if (!found.known) return found.hits;
  return builds(needOf(facts), dataOf<Software>(context, 'software').buildDrivers)
    ? []
    : residueHit(found.items, context);
};
