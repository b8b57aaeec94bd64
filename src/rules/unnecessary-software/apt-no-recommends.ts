import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { packageCalls } from '../package-actions.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  return packageCalls(dockerfile, { manager: 'apt', verbs: ['install'], shipped: true })
    .filter(({ action }) => !action.noRecommends && !action.optionsOpen)
    .map(({ command, action }) => ({ data: { program: action.program }, evidence: [command.evidence] }));
};
