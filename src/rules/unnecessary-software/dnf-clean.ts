import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { leftoverHits, packageCalls } from '../package-actions.ts';

/** Whatever of the family is not yum, which has a rule of its own. */
export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const programs = packageCalls(dockerfile, { manager: 'dnf' }).map(({ action }) => action.program);
  return leftoverHits(facts, { manager: 'dnf', programs: programs.filter((program) => program !== 'yum') });
};
