/** Questions that rules ask of a Dockerfile's commands. */
import type { ArgumentFact, CommandFact } from '../types/dockerfile.ts';

type WithArguments = Pick<CommandFact, 'args'>;

/**
 * True when the command has one of the options: `-y` also inside of `-qy`, `--yes` also as `--yes=…`.
 * Options end at `--`. A program whose long options have one dash (`find -exec`, `java -jar`) is matched by the whole word.
 */
export function hasOption(command: WithArguments, ...names: string[]): boolean {
  return optionArgument(command, ...names) !== undefined;
}

/** The value of an option: `-o value`, `-ovalue`, `--opt value`, `--opt=value`. Undefined when it is absent or has none. */
export function optionValue(command: WithArguments, ...names: string[]): string | undefined {
  const found = findOption(command, names);
  if (!found) return undefined;
  return found.value ?? command.args[found.at + 1]?.text;
}

/** The argument that holds one of the options, for a place to point at. */
export function optionArgument(command: WithArguments, ...names: string[]): ArgumentFact | undefined {
  const found = findOption(command, names);
  return found && command.args[found.at];
}

/** Arguments that are no options; `valued` names the options that take the next argument as their value. */
export function operands(command: WithArguments, valued: ReadonlySet<string> = new Set()): ArgumentFact[] {
  const out: ArgumentFact[] = [];
  for (let at = 0; at < command.args.length; at++) {
    const arg = command.args[at]!;
    if (arg.text === '--') return [...out, ...command.args.slice(at + 1)];
    if (arg.text.length > 1 && arg.text.startsWith('-')) at += valued.has(arg.text) ? 1 : 0;
    else out.push(arg);
  }
  return out;
}

function findOption(command: WithArguments, names: string[]): { at: number; value?: string } | undefined {
  for (const [at, { text }] of command.args.entries()) {
    if (text === '--') return undefined;
    if (!text.startsWith('-')) continue;
    for (const name of names) {
      if (text === name) return { at };
      if (name.startsWith('--')) {
        if (text.startsWith(`${name}=`)) return { at, value: text.slice(name.length + 1) };
      } else if (name.length === 2 && /^-[A-Za-z]{2,8}/.test(text) && text.includes(name[1]!)) {
        const rest = text.slice(text.indexOf(name[1]!) + 1);
        return rest === '' ? { at } : { at, value: rest };
      }
    }
  }
  return undefined;
}
