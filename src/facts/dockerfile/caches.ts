/** What becomes of the indexes and archives that package managers leave on disk: the layer keeps them unless the same RUN takes them away. */
import type { CommandFact, DockerfileFacts, InstructionFact } from '../../types/dockerfile.ts';
import type { PackageActionFact } from '../../types/package-action.ts';
import { type CacheGrammar, cacheGrammars } from './cache-grammars.ts';
import { findOption } from './options.ts';
import { coversPath, removedPaths } from './removed.ts';
import type { Settings } from './settings.ts';

/** What is left after a command, told by the rest of its RUN. */
export class CacheReader {
  private readonly dockerfile: DockerfileFacts;
  private readonly settings: Settings;
  private readonly cleaners = new Map<number, Cleaner[]>();

  constructor(dockerfile: DockerfileFacts, settings: Settings) {
    this.dockerfile = dockerfile;
    this.settings = settings;
  }

  /** Undefined where the action leaves nothing. */
  stateAfter(command: CommandFact, action: PackageActionFact): PackageActionFact['cache'] {
    const grammar = cacheGrammars.get(action.program) ?? cacheGrammars.get(action.manager);
    if (!grammar?.verbs.includes(action.verb) || command.origin !== 'RUN') return undefined;
    if (findOption(action.options, ...(grammar.off ?? []))) return 'off';
    if (grammar.offBy !== undefined && this.settings.variable(command, grammar.offBy) !== undefined) return 'off';
    const paths = [...grammar.paths, ...this.moved(command, action, grammar)];
    if (paths.includes('/dev/null')) return 'off';
    if (this.isMounted(command, paths, action)) return 'mounted';
    return this.rest(command, action, grammar, paths);
  }

  private moved(
    command: CommandFact,
    { options }: PackageActionFact,
    { moved = [], movedBy = [] }: CacheGrammar,
  ): string[] {
    const values = movedBy.map((name) => this.settings.variable(command, name));
    return [findOption(options, ...moved)?.value, ...values].flatMap((path) => path || []);
  }

  private isMounted(
    { instruction, deferred }: CommandFact,
    paths: readonly string[],
    { manager }: PackageActionFact,
  ): boolean {
    const outer: InstructionFact = this.dockerfile.instructions[instruction]!;
    const { mounts } = (deferred ? outer.trigger : undefined) ?? outer;
    // Languages' caches lie in many places; a cache mount with the manager's name is meant for it.
    const own = !/^(?:apt|apk|dnf|zypper)$/.test(manager);
    return mounts.some(
      ({ type, target = '' }) =>
        type !== 'secret' &&
        type !== 'ssh' &&
        (coversPath(target, paths) || (own && type === 'cache' && target.includes(manager))),
    );
  }

  /** Later commands of the RUN, and functions of it wherever they stand. */
  private rest(
    { index, instruction }: CommandFact,
    { manager }: PackageActionFact,
    { cleans }: CacheGrammar,
    paths: readonly string[],
  ): PackageActionFact['cache'] {
    let unknown = false;
    for (const cleaner of this.cleanersOf(instruction)) {
      if (cleaner.index < index && !cleaner.anywhere) continue;
      if (cleaner.family === manager && cleans?.test(cleaner.words)) return 'cleaned';
      if (cleaner.removed.some((path) => coversPath(path, paths))) return 'cleaned';
      unknown ||= cleaner.script;
    }
    return unknown ? 'unknown' : 'kept';
  }

  private cleanersOf(instruction: number): readonly Cleaner[] {
    if (this.cleaners.size === 0) {
      this.cleaners.set(-1, []);
      for (const command of this.dockerfile.commands) {
        const cleaner = cleanerOf(command);
        if (!cleaner) continue;
        const list = this.cleaners.get(command.instruction);
        if (!list) this.cleaners.set(command.instruction, [cleaner]);
        else if (list.length < maxCleaners) list.push(cleaner);
      }
    }
    return this.cleaners.get(instruction) ?? [];
  }
}

/** A command that takes something away. */
interface Cleaner {
  index: number;
  /** In a function: it may be called anywhere. */
  anywhere: boolean;
  family?: string;
  words: string;
  removed: readonly string[];
  /** A script of the image's own whose name says that it cleans up. */
  script: boolean;
}

/** Of one RUN; real ones have a handful. */
const maxCleaners = 200;

function cleanerOf(command: CommandFact): Cleaner | undefined {
  const { index, name, packages, context } = command;
  const family = packages?.verb === 'clean' ? packages.manager : name === 'uv' && !packages ? 'pip' : undefined;
  const removed = removedPaths(command);
  const script = !packages && isCleanScript(command);
  if (family === undefined && removed.length === 0 && !script) return undefined;
  return {
    index,
    anywhere: context.function !== undefined,
    ...(family !== undefined && { family }),
    words: words(command),
    removed,
    script,
  };
}

/** Operands in front, options left out. */
function words({ args, packages }: CommandFact): string {
  const from = packages?.verbArgument ? Math.max(0, args.indexOf(packages.verbArgument)) : 0;
  const rest = args.slice(from, from + 8).map(({ text }) => text.slice(0, 64));
  return rest.filter((text) => !text.startsWith('-')).join(' ');
}

function isCleanScript({ name, args }: CommandFact): boolean {
  const shell = /^(?:sh|bash|ash|dash|source|\.)$/.test(name);
  const script = shell ? (args.find(({ text }) => !text.startsWith('-'))?.text ?? '') : name;
  return /clean(?:up)?(?![a-z])/i.test(script.slice(-128));
}
