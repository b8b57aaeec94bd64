import type { Check } from '../../types/rule.ts';
import { unpinnedHits } from '../package-actions.ts';

export const check: Check = (facts, context) =>
  unpinnedHits(facts, context, { manager: 'dnf', programs: ['dnf', 'dnf5', 'dnf-3', 'microdnf', 'tdnf'] });
