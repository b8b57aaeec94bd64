import type { Check } from '../../types/rule.ts';
import { residueHit, residueOf } from '../residue.ts';

export const check: Check = (facts, context) => {
  const found = residueOf(facts, context, 'build');
  return found.known ? residueHit(found.items, context) : found.hits;
};
