import type { Check } from '../../types/rule.ts';
import { ofProvider, secretArgumentHits, secretHits } from '../secrets.ts';

export const check: Check = (facts, context) => [
  ...secretHits(facts, context, 'secret-in-env', (secret) => (ofProvider(secret) ? 'critical' : undefined), 'critical'),
  ...secretArgumentHits(facts, 'ENV'),
];
