import type { StageBaseFact } from '../../types/dockerfile.ts';
import type { Check } from '../../types/rule.ts';
import { namesOf } from '../hits.ts';
import { copyParts, eachInstruction, flagNamed } from '../stages.ts';
import { wildcard } from '../wild.ts';

/** Stages on scratch and images of tools hold a few files and are made to be copied whole; what another image holds is not known. */
export const check: Check = (facts, context) => {
  const tools = namesOf(context, 'toolImages');
  const isTool = ({ scratch, reference }: Pick<StageBaseFact, 'scratch' | 'reference'>) =>
    scratch ||
    (reference !== undefined &&
      tools.some((pattern) => wildcard(pattern, `${reference.registry}/${reference.repository}`)));
  return eachInstruction(facts, ['COPY'], (instruction, { stages }) => {
    const name = flagNamed(instruction, 'from')?.value;
    const { sources, destination } = copyParts(instruction);
    const stage = stages[instruction.stage];
    const use = stage?.uses.find(({ via, instruction: index }) => via === 'copy' && index === instruction.index);
    if (!name || !stage || !use || !destination || !/^(?:\/+\.?)?$/.test(destination.value)) return undefined;
    if (!sources.some(({ value }) => /^\/+(?:\.|\*)?$/.test(value))) return undefined;
    if (use.stage === undefined ? isTool({ scratch: false, ...use }) : isTool(stages[stages[use.stage]!.root]!.base))
      return undefined;
    const { base } = stages[stage.root]!;
    const data = { name, base: base.text };
    if (base.scratch) return { variant: 'scratch', data, evidence: [instruction.evidence] };
    return {
      ...(use.stage === undefined && { confidence: 'medium' as const }),
      data,
      evidence: [instruction.evidence],
    };
  });
};
