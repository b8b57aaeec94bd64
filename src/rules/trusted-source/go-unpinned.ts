import type { Check } from '../../types/rule.ts';
import { unpinnedHits } from '../package-actions.ts';

export const check: Check = (facts, context) => unpinnedHits(facts, context, { manager: 'go' });
