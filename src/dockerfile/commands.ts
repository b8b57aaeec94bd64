/** A command of RUN, CMD, ENTRYPOINT or HEALTHCHECK, whichever shell reads it, and questions that rules ask of it. */
import type { Range } from '../types.ts';

/** One argument after quotes, escapes and known variables. */
export interface Argument {
  /** Static text; parts that cannot be known stand as written (`$X`, `$(…)`). */
  text: string;
  /** Some part of the text is not known. */
  dynamic: boolean;
  /** Dockerfile variables in it whose value a build may change. */
  open: readonly string[];
  quoted: boolean;
  /** Holds an unquoted pattern (`*`, `?`, `[…]`, `{a,b}`). */
  glob: boolean;
  /** File offsets and their range. */
  start: number;
  end: number;
  range: Range;
  /** Indexes of the commands inside of it: `$(…)`, backquotes, `<(…)`. */
  inner: readonly number[];
}

/** One redirection of a command, its target resolved like an argument. */
export interface Redirection {
  /** `>`, `>>`, `<`, `&>`, `2>&1` comes as operator `>&` with descriptor 2 and target 1; `<<` and `<<-` have a body. */
  operator: string;
  descriptor?: number;
  target?: Argument;
  body?: { text: string; expand: boolean; range: Range };
}

/** Where a command stands among control structures. */
export interface CommandContext {
  subshell: boolean;
  /** Inside `$(…)`, backquotes or a process substitution. */
  substitution: boolean;
  /** The condition of if, while or until. */
  condition: boolean;
  /** A branch that may not run: then, else, case, the right side of `||`. */
  branch: boolean;
  loop: boolean;
  background: boolean;
  negated: boolean;
  /** Name of the function whose body it is in. */
  function?: string;
}

/** One command and all that rules ask of its place and its surroundings. */
export interface Command {
  index: number;
  /** Instruction that holds it, and its part. */
  instruction: number;
  origin: 'RUN' | 'CMD' | 'ENTRYPOINT' | 'HEALTHCHECK';
  /** Deferred by ONBUILD. */
  deferred: boolean;
  /** Index into `ShellReading.scripts`. */
  script: number;
  /** Name of the program without its folder; '' where it is not known. */
  name: string;
  program: Argument;
  args: readonly Argument[];
  assignments: readonly { name: string; value?: Argument }[];
  redirects: readonly Redirection[];
  start: number;
  end: number;
  range: Range;
  /** What was looked through to get here, outermost first: `sudo`, `env`, `sh -c` … */
  via: readonly string[];
  /** Command whose argument or here-document it stands in. */
  parent?: number;
  /** How it follows what is in front of it in the same script. */
  join: 'first' | ';' | '&&' | '||' | '|' | '|&' | '&';
  /** Members of one pipeline share the id. */
  pipeline?: { id: number; position: number; size: number };
  context: CommandContext;
}

/**
 * True when the command has one of the options: `-y` also inside of `-qy`, `--yes` also as `--yes=…`.
 * Options end at `--`.
 */
export function hasOption(command: Pick<Command, 'args'>, ...names: string[]): boolean {
  return optionAt(command, names) !== undefined;
}

/** The value of an option: `-o value`, `-ovalue`, `--opt value`, `--opt=value`. Undefined when it is absent or has none. */
export function optionValue(command: Pick<Command, 'args'>, ...names: string[]): string | undefined {
  const found = optionAt(command, names);
  if (!found) return undefined;
  return found.value ?? command.args[found.at + 1]?.text;
}

/** Arguments that are no options; `valued` names the options that take the next argument as their value. */
export function operands(command: Pick<Command, 'args'>, valued: ReadonlySet<string> = new Set()): Argument[] {
  const out: Argument[] = [];
  for (let at = 0; at < command.args.length; at++) {
    const arg = command.args[at]!;
    if (arg.text === '--') return [...out, ...command.args.slice(at + 1)];
    if (arg.text.length > 1 && arg.text.startsWith('-')) at += valued.has(arg.text) ? 1 : 0;
    else out.push(arg);
  }
  return out;
}

function optionAt(command: Pick<Command, 'args'>, names: string[]): { at: number; value?: string } | undefined {
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
