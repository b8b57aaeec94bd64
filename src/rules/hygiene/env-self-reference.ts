import type { Check, Hit } from '../../types/rule.ts';
import { namesOf } from '../hits.ts';
import { eachInstruction, partPlace } from '../stages.ts';

/** A variable's reference to its own former value is meant (`LIST=$LIST:/x`): the base may have set it. */
export const check: Check = (facts, context) => {
  const always = namesOf(context, 'alwaysSet');
  return eachInstruction(facts, ['ENV'], (instruction, dockerfile) => {
    const names = new Set(instruction.pairs.map(({ name }) => name.text));
    const { image } = dockerfile.stages[dockerfile.stages[instruction.stage]!.root]!;
    const before = new Set(image?.container.env.map((line) => line.split('=', 1)[0]!));
    return instruction.pairs.flatMap(({ name, value }): Hit[] =>
      (value?.undeclared ?? [])
        .filter((used) => used !== name.text && names.has(used) && !always.includes(used) && !before.has(used))
        .map((used) => ({ data: { name: name.text, used }, evidence: [partPlace(dockerfile, instruction, value!)] })),
    );
  });
};
