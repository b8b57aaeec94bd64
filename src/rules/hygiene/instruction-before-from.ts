import type { Check } from '../../types/rule.ts';
import { faultRule } from '../faults.ts';
import { onDockerfile } from '../stages.ts';

export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    dockerfile.errors
      .filter((error) => faultRule(error, dockerfile) === 'instruction-before-from')
      .map(({ instruction, evidence }) => ({
        data: { keyword: instruction === undefined ? 'An instruction' : dockerfile.instructions[instruction]!.keyword },
        evidence: [evidence],
      })),
  );
