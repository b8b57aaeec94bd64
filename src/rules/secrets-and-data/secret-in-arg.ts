import type { Check } from '../../types/rule.ts';
import { secretArgumentHits, secretHits } from '../secrets.ts';

export const check: Check = (facts, context) => [
  ...secretHits(facts, context, 'secret-in-arg', () => undefined),
  ...secretArgumentHits(facts, 'ARG'),
];
