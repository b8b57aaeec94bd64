import type { Check } from '../../types/rule.ts';
import { faultRule } from '../faults.ts';
import { onDockerfile } from '../stages.ts';

export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    dockerfile.errors
      .filter((error) => faultRule(error, dockerfile) === 'invalid-port')
      .map(({ message, evidence }) => ({ data: { error: message.replace(/\.$/, '') }, evidence: [evidence] })),
  );
