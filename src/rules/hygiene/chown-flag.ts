import type { Check } from '../../types/rule.ts';
import { ships } from '../dockerfile.ts';
import { listed } from '../hits.ts';
import { copyParts, eachInstruction, flagNamed, partPlace } from '../stages.ts';

/** In what ships; root may own everything. */
export const check: Check = (facts) =>
  eachInstruction(facts, ['COPY', 'ADD'], (instruction, dockerfile) => {
    const flag = flagNamed(instruction, 'chown');
    if (!flag?.value || /^(?:root|0)(?::|$)/.test(flag.value) || !ships(dockerfile, instruction.stage))
      return undefined;
    const sources =
      listed(
        copyParts(instruction).sources.map(({ text }) => text),
        3,
      ) || 'files';
    return {
      data: { instruction: instruction.keyword, owner: flag.value, sources },
      evidence: [partPlace(dockerfile, instruction, flag)],
    };
  });
