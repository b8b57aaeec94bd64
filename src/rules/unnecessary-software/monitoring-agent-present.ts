import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { installHits, softwareLeft, softwareOf, workload } from '../software.ts';

/** An image that is the agent itself is what a cluster runs beside its workloads: that is container-native. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const kind = softwareOf(context, 'monitoring');
  const main = workload(dockerfile)?.name ?? '';
  if (main !== '' && kind.programs?.includes(main)) return [];
  return installHits(dockerfile, softwareLeft(dockerfile, kind));
};
