import type { Check, Hit } from '../../types/rule.ts';
import { onDockerfile, partPlace } from '../stages.ts';

/** Names are compared as the builder does: without regard to case. */
export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) => {
    const first = new Map<string, number>();
    return dockerfile.stages.flatMap(({ index, name, nameWord }): Hit[] => {
      if (name === undefined || !nameWord) return [];
      const line = first.get(name);
      if (line !== undefined)
        return [{ data: { name: nameWord.text, line }, evidence: [partPlace(dockerfile, { stage: index }, nameWord)] }];
      first.set(name, nameWord.range.start.line);
      return [];
    });
  });
