import type { Check } from '../../types/rule.ts';
import { faultRule } from '../faults.ts';
import { onDockerfile } from '../stages.ts';

export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    dockerfile.errors
      .filter((error) => faultRule(error, dockerfile) === 'onbuild-forbidden-trigger')
      .map(({ instruction, evidence }) => ({
        data: { keyword: dockerfile.instructions[instruction!]!.trigger!.keyword },
        evidence: [evidence],
      })),
  );
