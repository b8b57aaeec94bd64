/** Commands as they are found, and what they run in their turn: sudo, env, xargs, `sh -c`, here-documents. */
import type * as sh from 'unbash';
import { type Budget, BudgetError, spend } from './budget.ts';
import type { Argument, Command, CommandContext, Redirection } from './commands.ts';
import { output, type ResolvedArgument } from './resolve.ts';
import type { MappedText, SourceText } from './source.ts';
import type { ShellScope } from './variables.ts';
import { windowsCommands, windowsScript } from './windows.ts';
import { innerCommand, isPosixShell, scriptArgument } from './wrappers.ts';

const maxNestedScripts = 8;
const maxWrappers = 16;

/** A script that is being walked. */
export interface Frame {
  script: MappedText;
  scope: ShellScope;
  context: CommandContext;
  via: readonly string[];
  parent?: number;
  depth: number;
  /** How many `sh -c` are around it. */
  nested: number;
}

/** The shell parser, handed in because it is loaded only when a script needs it. */
export type Parse = (source: string) => sh.ParsedScript;

/** Collects the commands of one script; what a script's tree means is the walker's. */
export abstract class Collector {
  /** Something was too deep to follow. */
  truncated = false;
  protected readonly commands: Command[];
  private readonly base: Pick<Command, 'instruction' | 'origin' | 'deferred' | 'script'>;
  protected readonly source: SourceText;
  protected readonly budget: Budget;
  private readonly parse: Parse;

  constructor(commands: Command[], base: Collector['base'], source: SourceText, budget: Budget, parse: Parse) {
    this.commands = commands;
    this.base = base;
    this.source = source;
    this.budget = budget;
    this.parse = parse;
  }

  /** Here-document bodies with their places. */
  protected readonly bodies = new WeakMap<Redirection, MappedText>();

  /** Walks the statements of a parsed script. */
  abstract statements(list: readonly sh.Statement[], frame: Frame): void;

  /** A command given as words: the JSON form, or what a wrapper runs. */
  words(words: readonly ResolvedArgument[], frame: Frame, extra: Partial<Command> = {}): void {
    const [program, ...args] = words;
    if (!program) return;
    spend(this.budget, 40);
    const name = program.dynamic ? '' : baseName(program.text);
    const last = args[args.length - 1] ?? program;
    const start = extra.start ?? program.start;
    const end = extra.end ?? Math.max(program.end, last.end);
    const command: Command = {
      ...this.base,
      index: this.commands.length,
      name,
      program: bare(program),
      args: args.map(bare),
      assignments: [],
      redirects: [],
      via: frame.via,
      join: 'first',
      context: frame.context,
      ...extra,
      start,
      end,
      range: this.source.range(start, end),
    };
    if (frame.parent !== undefined) command.parent = frame.parent;
    this.commands.push(command);
    this.lookThrough(command, args, frame);
  }

  /** What sudo, env, xargs, `sh -c` and kin run is a command of its own behind the one that runs it. */
  private lookThrough(command: Command, args: readonly ResolvedArgument[], frame: Frame): void {
    if (frame.via.length >= maxWrappers) {
      this.truncated = true;
      return;
    }
    const { name, context } = command;
    const found = scriptArgument(name, args);
    if (found && found !== 'stdin') {
      this.script(args[found.at]!.mapped, frame, `${name} -c`.replace('eval -c', 'eval'), command.index);
      return;
    }
    if (found === 'stdin' || (isPosixShell(name) && args.length === 0)) {
      const body = command.redirects.findLast((redirect) => redirect.body);
      const script = body && this.bodies.get(body);
      if (script) this.script(script, frame, name, command.index);
      return;
    }
    const windows = windowsScript(name, args);
    if (windows) {
      const inner = { ...frame, via: [...frame.via, name], parent: command.index, nested: frame.nested + 1 };
      if (inner.nested > maxNestedScripts) this.truncated = true;
      else
        for (const { words, join } of windowsCommands(windows.script, windows.dialect, this.source))
          this.words(words, inner, { join });
      return;
    }
    const at = innerCommand(name, args);
    if (at === undefined) return;
    let inner = args.slice(at);
    if (name === 'find') inner = inner.slice(0, inner.findIndex((arg) => arg.text === ';' || arg.text === '+') >>> 0);
    const { pipeline, join, redirects } = command;
    const extra: Partial<Command> = { join, context, redirects };
    if (pipeline) extra.pipeline = pipeline;
    this.words(inner, { ...frame, via: [...frame.via, name], parent: command.index }, extra);
  }

  /** A script inside of an argument or a here-document. */
  private script(script: MappedText, frame: Frame, via: string, parent: number): void {
    if (frame.nested >= maxNestedScripts) {
      this.truncated = true;
      return;
    }
    spend(this.budget, script.text.length + 16);
    // Nothing but the output of another command: its text is not known.
    if (script.text === output) return;
    const tree = this.tryParse(script.text);
    if (!tree) return;
    const inner: Frame = {
      ...frame,
      script,
      scope: frame.scope.layer(),
      via: [...frame.via, via],
      parent,
      nested: frame.nested + 1,
    };
    this.statements(tree.commands, inner);
  }

  private tryParse(text: string): sh.ParsedScript | undefined {
    try {
      return this.parse(text);
    } catch (error) {
      if (error instanceof BudgetError) throw error;
      this.truncated = true;
      return undefined;
    }
  }
}

/** The frame with something changed in its context. */
export function inside(frame: Frame, change: Partial<CommandContext>): Frame {
  return { ...frame, context: { ...frame.context, ...change } };
}

/** Without what only the reading of scripts needs. */
export function bare(argument: ResolvedArgument): Argument {
  const { mapped: _, ...rest } = argument;
  return rest;
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/\.exe$/i, '');
}
