import type { Check } from '../../types/rule.ts';
import { secretHits } from '../secrets.ts';

export const check: Check = (facts, context) => secretHits(facts, context, 'registry-credential');
