import type { Check } from '../../types/rule.ts';
import { eachInstruction, flagNamed, partPlace } from '../stages.ts';

/** Numbers of stages that are there; others are no stage at all. */
export const check: Check = (facts) =>
  eachInstruction(facts, ['COPY'], (instruction, dockerfile) => {
    const flag = flagNamed(instruction, 'from');
    if (!flag?.value || !/^\d+$/.test(flag.value) || Number(flag.value) >= instruction.stage) return undefined;
    const data = { instruction: instruction.keyword, name: flag.value };
    return { data, evidence: [partPlace(dockerfile, instruction, flag)] };
  });
