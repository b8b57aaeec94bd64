import type { Check } from '../../types/rule.ts';
import { repeatedHits } from '../repeated.ts';

export const check: Check = (facts) => repeatedHits(facts, 'HEALTHCHECK');
