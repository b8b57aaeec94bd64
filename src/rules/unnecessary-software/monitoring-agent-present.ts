import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { heldHit, isWorkload, judgeSoftware, startOf } from '../services.ts';
import { installHits, softwareLeft, softwareOf, workload } from '../software.ts';

/** An image that is the agent itself is what a cluster runs beside its workloads: that is container-native. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return inImage(facts, context);
  const kind = softwareOf(context, 'monitoring');
  const main = workload(dockerfile)?.name ?? '';
  if (main !== '' && kind.programs?.includes(main)) return [];
  return installHits(dockerfile, softwareLeft(dockerfile, kind));
};

function inImage(facts: Facts, context: CheckContext): Hit[] {
  return judgeSoftware(facts, context, 'monitoring', (held, started, { programs = [] }) => {
    if (programs.includes(started.main)) return [];
    const [hit] = heldHit(held.filter((item) => !isWorkload(item, started)));
    if (!hit) return [];
    const command = startOf(started.commands, new Set(programs));
    if (command) {
      hit.evidence.push(command.evidence);
      return [{ ...hit, variant: 'running' }];
    }
    return [started.complete ? hit : { ...hit, confidence: 'medium' }];
  });
}
