import type { Check } from '../../types/rule.ts';
import { copiedHits } from '../copied.ts';
import { criticalHits } from '../critical-files.ts';

export const check: Check = (facts, context) =>
  facts.image.kind === 'dockerfile' ? copiedHits(facts, context) : criticalHits(facts, 'state-file');
