import type { CommandFact } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { atLeastOne } from '../hits.ts';
import { present, presentHit } from '../present.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';

/** One hit for each instruction that installs or calls it; one for an image that holds it. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  const kind = softwareOf(context, 'sudo');
  if (!dockerfile) return presentHit(present(facts, kind));
  const programs = new Set(kind.programs);
  const hits: Hit[] = installHits(dockerfile, softwareLeft(dockerfile, kind));
  const uses = new Map<number, CommandFact[]>();
  for (const command of commandsOf(dockerfile, { shipped: true, deferred: false })) {
    if (!programs.has(command.name)) continue;
    const list = uses.get(command.instruction);
    if (list) list.push(command);
    else uses.set(command.instruction, [command]);
  }
  for (const commands of uses.values()) {
    const evidence = commands.map((command) => command.evidence);
    if (atLeastOne(evidence))
      hits.push({ variant: 'called', data: { names: commands[0]!.name, count: commands.length }, evidence });
  }
  return hits;
};
