import type { Check } from '../../types/rule.ts';
import { criticalHits } from '../critical-files.ts';

export const check: Check = (facts) => criticalHits(facts, 'shell-history');
