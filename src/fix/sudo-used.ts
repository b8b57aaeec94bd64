import type { Edit, Fixer } from './change.ts';
import { replacement } from './edits.ts';
import { commandsAt } from './places.ts';
import { inQuotes, instructionOf } from './script.ts';
import { runsAsRoot } from './state.ts';

/** Drops sudo where the RUN is root already, so that it does nothing. */
export const dropSudo: Fixer = (finding, context) => {
  const { dockerfile } = context;
  const edits: Edit[] = [];
  for (const command of commandsAt(finding, dockerfile)) {
    if (command.name !== 'sudo' || command.origin !== 'RUN') continue;
    const inner = dockerfile.commands.find(({ parent }) => parent === command.index);
    if (!inner || runsAsRoot(context, instructionOf(dockerfile, command)) !== true || inQuotes(command)) return [];
    // Another user or group, a shell of its own, or what only sudo understands stays.
    const options = command.args.slice(
      0,
      command.args.findIndex(({ start }) => start === inner.start),
    );
    if (command.args.every(({ start }) => start !== inner.start)) return [];
    if (!options.every(({ text }) => /^-(?:[EHnS]+|-preserve-env|-non-interactive|-set-home)$/.test(text))) return [];
    const gone = dockerfile.text.slice(command.program.start, inner.start);
    if (!/^(?:\/usr\/bin\/)?sudo[\s\w-]*$/.test(gone) || /[\r\n]/.test(gone)) return [];
    edits.push(replacement({ start: command.program.start, end: inner.start }, ''));
  }
  return edits.length === 0 ? [] : [{ description: 'Drop sudo: the RUN is root already', unsafe: false, edits }];
};
