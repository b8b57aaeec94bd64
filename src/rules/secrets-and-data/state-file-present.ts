import type { Check } from '../../types/rule.ts';
import { fileHits } from '../copied.ts';

export const check: Check = (facts, context) => fileHits(facts, context, 'state-file');
