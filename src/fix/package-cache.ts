/** What package managers leave behind, cleaned in the RUN that made it. A cache on a mount is left alone: it is in no layer. */
import type { CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { Change, Fixer } from './change.ts';
import { commandsAt } from './places.ts';
import { appendCommand, inQuotes, instructionOf, outermost } from './script.ts';
import { chainOf } from './state.ts';

/** `rm -rf /var/lib/apt/lists/*` behind the last command that reads the lists, where no later RUN lives on them. */
export const aptLists: Fixer = (finding, context) => {
  const { dockerfile } = context;
  const command = lastAt(dockerfile, commandsAt(finding, dockerfile), 'apt')?.last;
  if (!command) return [];
  const change = cleaned(
    dockerfile,
    command,
    'rm -rf /var/lib/apt/lists/*',
    'Remove the package lists in the same RUN',
  );
  if (!change) return [];
  const later = listsNeeded(dockerfile, command);
  return later === 'yes' ? [] : [{ ...change, unsafe: later === 'perhaps' || change.unsafe }];
};

/** A fixer that appends the manager's own way of cleaning up. */
export function cacheCleaner(manager: string, command: (program: string) => string): Fixer {
  return (finding, { dockerfile }) => {
    const found = lastAt(dockerfile, commandsAt(finding, dockerfile), manager);
    if (!found) return [];
    const text = command(found.first.name);
    const change = cleaned(dockerfile, found.last, text, `Run ${text} in the same RUN`);
    return change ? [change] : [];
  };
}

/** The first command that fills the cache, and the last one of its script that may use it. */
function lastAt(
  { commands }: DockerfileFacts,
  found: readonly CommandFact[],
  manager: string,
): { first: CommandFact; last: CommandFact } | undefined {
  const first = found.find(
    ({ packages, context }) =>
      packages?.manager === manager &&
      packages.cache === 'kept' &&
      !(context.function || context.loop || context.substitution || context.background || context.condition),
  );
  if (!first) return undefined;
  const uses = ({ packages }: CommandFact) =>
    packages?.manager === manager && !/^(?:remove|clean|other)$/.test(packages.verb);
  const last = commands.findLast(
    (command) =>
      command.script === first.script &&
      command.index > first.index &&
      !command.context.substitution &&
      (uses(command) || isOpaque(command)),
  );
  return { first, last: last ?? first };
}

function cleaned(
  dockerfile: DockerfileFacts,
  command: CommandFact,
  text: string,
  description: string,
): Change | undefined {
  // A branch cleans up only where it was taken.
  if (command.context.branch && inQuotes(command)) return undefined;
  const sudo = !inQuotes(command) && outermost(dockerfile, command).name === 'sudo';
  const edit = appendCommand(dockerfile, command, sudo ? `sudo ${text}` : text);
  return edit && { description, unsafe: false, edits: [edit] };
}

/** A script of the build's own: nobody knows what it calls. */
function isOpaque({ name, program, args, packages }: CommandFact): boolean {
  if (packages) return false;
  if (/\.(?:sh|bash)$/.test(name) || /^\.{1,2}\//.test(program.text)) return true;
  if (/^(?:sh|bash|dash|source|\.)$/.test(name))
    return !args.some(({ text }) => /^-[a-z]*c/.test(text)) && args.some(({ text }) => !text.startsWith('-'));
  return false;
}

/** A later RUN of the stage, or of one that starts from it, installs without an update of its own. */
function listsNeeded(dockerfile: DockerfileFacts, command: CommandFact): 'no' | 'perhaps' | 'yes' {
  const { stages, commands } = dockerfile;
  const heirs = new Set(
    stages
      .filter(({ index }) => chainOf(dockerfile, index).some((stage) => stage.index === command.stage))
      .map(({ index }) => index),
  );
  const updated = new Set<number>();
  let perhaps = false;
  for (const other of commands) {
    if (other.instruction <= command.instruction || other.origin !== 'RUN' || !heirs.has(other.stage)) continue;
    const action = other.packages;
    if (action?.manager === 'apt') {
      if (action.verb === 'update') updated.add(other.instruction);
      else if (/^(?:install|upgrade|dist-upgrade)$/.test(action.verb) && !updated.has(other.instruction)) {
        // A package that lies in the image needs no list but for what it depends on.
        return 'yes';
      }
    } else if (
      !updated.has(other.instruction) &&
      (isOpaque(other) || /^(?:apt-cache|apt-file|npx|playwright|tasksel)$/.test(other.name))
    )
      perhaps = true;
  }
  if (instructionOf(dockerfile, command) !== dockerfile.instructions[command.instruction]) perhaps = true;
  return perhaps ? 'perhaps' : 'no';
}
