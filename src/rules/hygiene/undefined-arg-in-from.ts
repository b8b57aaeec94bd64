import type { Check, Hit } from '../../types/rule.ts';
import { onDockerfile, partPlace } from '../stages.ts';

/** In the image's name and in --platform. */
export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    dockerfile.stages.flatMap(({ index, base }): Hit[] => {
      const platform = base.platform?.undeclared.map((name) => ({ name, at: base.platform! })) ?? [];
      return [...platform, ...base.undeclared.map((name) => ({ name, at: base }))].map(({ name, at }) => ({
        data: { name },
        evidence: [partPlace(dockerfile, { stage: index }, at)],
      }));
    }),
  );
