import type { Check } from '../../types/rule.ts';
import { upgradeHits } from '../upgrades.ts';

export const check: Check = (facts, context) => upgradeHits(facts, context, 'upgrade');
