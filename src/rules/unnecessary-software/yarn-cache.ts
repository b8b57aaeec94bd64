import type { Check } from '../../types/rule.ts';
import { leftoverHits } from '../package-actions.ts';

export const check: Check = (facts) => leftoverHits(facts, { manager: 'yarn' });
