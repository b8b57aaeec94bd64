import type { Check, Hit } from '../../types/rule.ts';
import { onDockerfile } from '../stages.ts';

/** Also by its number, and with a mount. An earlier stage of the same name is meant before this one's. */
export const check: Check = (facts) =>
  onDockerfile(facts, ({ stages, instructions }) =>
    stages.flatMap((stage) =>
      stage.uses
        .filter((use) => use.via !== 'from' && use.stage === stage.index)
        .flatMap((use): Hit[] => {
          const { keyword, evidence } = instructions[use.instruction]!;
          return [{ data: { instruction: keyword, name: use.name }, evidence: [evidence] }];
        }),
    ),
  );
