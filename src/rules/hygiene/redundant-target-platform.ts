import type { Check, Hit } from '../../types/rule.ts';
import { onDockerfile, partPlace } from '../stages.ts';

export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    dockerfile.stages.flatMap(({ index, base }): Hit[] => {
      const word = base.platform;
      if (!word || !/^\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})$/.test(word.text)) return [];
      return [{ data: { platform: word.text }, evidence: [partPlace(dockerfile, { stage: index }, word)] }];
    }),
  );
