import type { Check } from '../../types/rule.ts';
import { rootStage, targetStage, wholePlace } from '../dockerfile.ts';
import { onDockerfile } from '../stages.ts';

/** NONE is an answer too. What the base image brings counts where it is known. */
export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) => {
    const target = targetStage(dockerfile);
    if (!target || target.healthcheck || rootStage(dockerfile)?.image?.container.healthcheck) return [];
    return [{ data: {}, evidence: [wholePlace(dockerfile)] }];
  });
