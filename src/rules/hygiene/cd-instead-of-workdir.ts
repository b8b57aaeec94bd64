import type { CommandFact, DockerfileFacts } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { namesOf } from '../hits.ts';
import { onDockerfile } from '../stages.ts';

/** A cd in the middle of a step, in a subshell or in a branch is of use there and no WORKDIR can do it. */
export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const scratch = namesOf(context, 'scratch');
    return dockerfile.commands.flatMap((command): Hit[] => {
      if (command.name !== 'cd' || command.origin !== 'RUN' || !isPlain(command)) return [];
      const folder = command.args.find(({ text }) => !text.startsWith('-'));
      if (!folder || folder.dynamic || folder.text === '') return [];
      const path = folder.text;
      if (isLast(command, dockerfile)) return [{ variant: 'lost', data: { path }, evidence: [command.evidence] }];
      if (!isFirst(command, dockerfile) || scratch.some((top) => path === top || path.startsWith(`${top}/`))) return [];
      // There and back again in one step.
      if (isLeft(command, dockerfile)) return [];
      return [{ data: { path }, evidence: [command.evidence] }];
    });
  });

/** At the top of the script, in the shell of the step itself. */
function isPlain({ context, parent, pipeline }: CommandFact): boolean {
  const { subshell, substitution, condition, branch, loop, background } = context;
  return (
    parent === undefined &&
    !pipeline &&
    !(subshell || substitution || condition || branch || loop || background || context.function)
  );
}

function isFirst({ index, instruction, script }: CommandFact, { commands }: DockerfileFacts): boolean {
  for (let at = index - 1; commands[at]?.instruction === instruction && commands[at]!.script === script; at--)
    if (commands[at]!.name !== 'set') return false;
  return true;
}

function isLast({ index, instruction, script }: CommandFact, { commands }: DockerfileFacts): boolean {
  const next = commands[index + 1];
  return next?.instruction !== instruction || next.script !== script;
}

function isLeft({ index, instruction }: CommandFact, { commands }: DockerfileFacts): boolean {
  for (let at = index + 1; commands[at]?.instruction === instruction; at++)
    if (commands[at]!.name === 'cd') return true;
  return false;
}
