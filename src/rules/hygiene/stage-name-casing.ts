import type { Check, Hit } from '../../types/rule.ts';
import { onDockerfile, partPlace } from '../stages.ts';

export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    dockerfile.stages.flatMap(({ index, nameWord }): Hit[] =>
      nameWord && nameWord.text !== nameWord.text.toLowerCase()
        ? [{ data: { name: nameWord.text }, evidence: [partPlace(dockerfile, { stage: index }, nameWord)] }]
        : [],
    ),
  );
