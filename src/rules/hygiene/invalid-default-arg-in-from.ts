import type { Check, Hit } from '../../types/rule.ts';
import { onDockerfile, partPlace } from '../stages.ts';

export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    dockerfile.stages.flatMap(({ index, base }): Hit[] => {
      const { written, text, open, undeclared, reference, scratch, stage } = base;
      if (reference || scratch || stage !== undefined || open.length === 0 || undeclared.length > 0) return [];
      const data = { written, shown: text === '' ? 'empty' : text };
      return [{ data, evidence: [partPlace(dockerfile, { stage: index }, base)] }];
    }),
  );
