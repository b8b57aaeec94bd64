import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { heldHit, isWorkload, judgeSoftware, startOf } from '../services.ts';
import { installHits, softwareLeft, softwareOf, workload } from '../software.ts';

/** The daemon that the image is there for is no fault: nobody builds a postfix image to do without postfix. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return inImage(facts, context);
  const kind = softwareOf(context, 'daemon');
  const main = workload(dockerfile)?.name ?? '';
  const own = (name: string) =>
    main !== '' && (main === name || (kind.programs?.includes(main) && similar(main, name)));
  return installHits(
    dockerfile,
    softwareLeft(dockerfile, kind).filter(({ name }) => !own(name)),
  );
};

/** `crond` of cronie, `smbd` of samba: the first three letters agree, or one name is a part of the other. */
function similar(program: string, name: string): boolean {
  return name.includes(program.replace(/d$/, '')) || program.includes(name) || program.slice(0, 3) === name.slice(0, 3);
}

function inImage(facts: Facts, context: CheckContext): Hit[] {
  return judgeSoftware(facts, context, 'daemon', (held, started, { programs = [], incidental = [] }) => {
    const found = held.filter((item) => !isWorkload(item, started));
    const [hit] = heldHit(found);
    if (!hit) return [];
    const others = new Set(programs.filter((name) => !started.programs.has(name)));
    const command = startOf(started.commands, others);
    if (command) {
      hit.evidence.push(command.evidence);
      return [{ ...hit, variant: 'running' }];
    }
    const asked = found.some(
      ({ name, packages }) => !incidental.includes(name) && !packages.some((owner) => incidental.includes(owner)),
    );
    // Where the start cannot be followed to its end, one of them may be what the image is for.
    if (!asked) return [{ ...hit, confidence: 'low' }];
    return [started.complete ? hit : { ...hit, confidence: 'medium' }];
  });
}
