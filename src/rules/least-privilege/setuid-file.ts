import type { Check } from '../../types/rule.ts';
import { modeHits } from '../modes.ts';
import { privilegedHits } from '../privileged.ts';

export const check: Check = (facts, context) => modeHits(facts, 'setuid') ?? privilegedHits(facts, context, 'setuid');
