import type { Check, Hit } from '../../types/rule.ts';
import { eachInstruction, partPlace } from '../stages.ts';

export const check: Check = (facts) =>
  eachInstruction(facts, ['EXPOSE'], (instruction, dockerfile) =>
    instruction.args.flatMap((word): Hit[] => {
      const wanted = word.value.toLowerCase();
      if (word.value === wanted || !word.value.includes('/')) return [];
      return [{ data: { port: word.value, wanted }, evidence: [partPlace(dockerfile, instruction, word)] }];
    }),
  );
