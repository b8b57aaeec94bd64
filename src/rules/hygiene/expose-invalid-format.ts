import type { Check, Hit } from '../../types/rule.ts';
import { eachInstruction, partPlace } from '../stages.ts';

export const check: Check = (facts) =>
  eachInstruction(facts, ['EXPOSE'], (instruction, dockerfile) =>
    instruction.args.flatMap((word): Hit[] =>
      word.value.includes(':')
        ? [{ data: { port: word.value }, evidence: [partPlace(dockerfile, instruction, word)] }]
        : [],
    ),
  );
