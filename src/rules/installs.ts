/** What package managers are asked to do in a Dockerfile, and what of it is left when the stage is done. */
import type { ArgumentFact, CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { PackageVerb } from '../types/package-action.ts';
import { hasOption } from './commands.ts';
import { once } from './once.ts';

/** Managers of the operating system's packages; the others install for one language. */
export const systemFamilies: ReadonlySet<string> = new Set(['apt', 'apk', 'dnf', 'zypper', 'pacman', 'opkg']);

export type Verb = PackageVerb;

export interface NamedPackage {
  name: string;
  version?: string;
  argument: ArgumentFact;
}

/** One call of a package manager. */
export interface PackageCommand {
  /** See `PackageActionFact.manager`. */
  family: string;
  /** The program as called: apt-get, apt, pip3 … */
  program: string;
  command: CommandFact;
  verb: Verb;
  /** The word that the verb was told by. */
  verbArgument?: ArgumentFact;
  /** Operands behind the verb: packages, files, URLs. Options and their values are not among them. */
  packages: readonly NamedPackage[];
  /** apk: name of the virtual package that the others are put under. */
  virtual?: string;
}

/** The call, or undefined where the command is none. `python -m pip` and `sudo apt-get` are seen through. */
export const packageCommand: (command: CommandFact) => PackageCommand | undefined = once((command: CommandFact) => {
  if (!command.packages) return undefined;
  const { manager: family, program, verb, verbArgument, packages, virtual } = command.packages;
  return {
    family,
    program,
    command,
    verb,
    packages,
    ...(verbArgument && { verbArgument }),
    ...(virtual !== undefined && { virtual }),
  };
});

/** Every call of a package manager among the commands, in order. */
export function packageCommands(commands: Iterable<CommandFact>): PackageCommand[] {
  const out: PackageCommand[] = [];
  for (const command of commands) {
    const found = packageCommand(command);
    if (found) out.push(found);
  }
  return out;
}

/** A package that a stage's RUN installs and that nothing takes away again. */
export interface InstalledPackage extends NamedPackage {
  family: string;
  command: CommandFact;
}

/**
 * Packages that the shipped stages install by name and that are still there in the end: removed by name, through apk's
 * virtual packages, or by the `apt-mark auto` and `purge --auto-remove` of the same RUN counts as gone.
 */
export const packagesLeft: (dockerfile: DockerfileFacts) => InstalledPackage[] = once((dockerfile: DockerfileFacts) => {
  const left: (InstalledPackage & { virtual?: string })[] = [];
  let marked = -1;
  // Packages that `apt-mark manual` names behind an `apt-mark auto`.
  const kept = new Set<InstalledPackage>();
  for (const command of dockerfile.commands) {
    if (command.origin !== 'RUN' || command.deferred || dockerfile.stages[command.stage]?.role !== 'ships') continue;
    if (command.name === 'apt-mark') {
      if (command.args[0]?.text === 'auto') marked = command.instruction;
      else if (command.args[0]?.text === 'manual') {
        const names = new Set(command.args.slice(1).map(({ text }) => text));
        for (const item of left) if (names.has(item.name)) kept.add(item);
      }
      continue;
    }
    const call = packageCommand(command);
    if (!call) continue;
    if (call.verb === 'install') {
      for (const item of call.packages) {
        // apt: `name-` removes.
        if (call.family === 'apt' && item.name.endsWith('-')) drop(left, 'apt', [item.name.slice(0, -1)]);
        else
          left.push({
            ...item,
            family: call.family,
            command,
            ...(call.virtual !== undefined && { virtual: call.virtual }),
          });
      }
    } else if (call.verb === 'remove') {
      drop(
        left,
        call.family,
        call.packages.map(({ name }) => name),
      );
      const auto = call.verbArgument?.text.startsWith('auto') || hasOption(command, '--auto-remove', '--autoremove');
      if (call.family === 'apt' && auto && marked === command.instruction)
        for (let i = left.length - 1; i >= 0; i--)
          if (left[i]!.command.instruction === marked && left[i]!.family === 'apt' && !kept.has(left[i]!))
            left.splice(i, 1);
    }
  }
  return left.map(({ virtual: _, ...item }) => item);
});

/** Takes out what is removed by its name, by that of its virtual package, or by a beginning with a star. */
function drop(left: (InstalledPackage & { virtual?: string })[], family: string, names: readonly string[]): void {
  const exact = new Set(names);
  const beginnings = names.filter((name) => name.endsWith('*')).slice(0, mostPatterns);
  let kept = 0;
  for (const item of left) {
    const gone =
      item.family === family &&
      (exact.has(item.name) ||
        (item.virtual !== undefined && exact.has(item.virtual)) ||
        beginnings.some((name) => item.name.startsWith(name.slice(0, -1))));
    if (!gone) left[kept++] = item;
  }
  left.length = kept;
}

/** Patterns that one removal is looked through for. */
const mostPatterns = 50;
