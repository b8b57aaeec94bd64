import type { Check, Hit } from '../../types/rule.ts';
import { namesOf } from '../hits.ts';
import { onDockerfile, partPlace } from '../stages.ts';

export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const reserved = namesOf(context, 'names');
    return dockerfile.stages.flatMap(({ index, name, nameWord }): Hit[] =>
      name !== undefined && nameWord && reserved.includes(name)
        ? [{ data: { name }, evidence: [partPlace(dockerfile, { stage: index }, nameWord)] }]
        : [],
    );
  });
