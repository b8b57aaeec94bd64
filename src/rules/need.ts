/** What the container itself uses, so that no rule calls it unneeded; and how sure that is. */
import type { Facts } from '../types/facts.ts';
import type { Hit } from '../types/rule.ts';
import type { StartCommand } from '../types/workload.ts';
import type { Present } from './present.ts';

/** The workload's side of a judgement. */
export interface Need {
  /** A program of the start chain or the health check, by name. */
  uses(program: string): boolean;
  /** One of these is used: by a program's name or path, or by a package that owns one of them. */
  usesAny(item: Pick<Present, 'programs' | 'paths' | 'packages' | 'home'>): boolean;
  /** Less sure than the rule where it is not known what the container runs; never so little that it would not count. */
  doubt: Partial<Hit>;
  /** Name of the program that stays; undefined where none is known, or where it is a shell that waits for a person. */
  main: string | undefined;
  commands: readonly StartCommand[];
}

/**
 * Reads the workload. Nothing known means that nothing is known to be used. What only a health check calls is used where
 * `health` says so: nobody builds or installs to see whether a service is up.
 */
export function needOf({ workload, shells }: Facts, health?: 'health'): Need {
  const value = workload.known ? workload.value : undefined;
  const commands = (value?.commands ?? []).filter(({ origin }) => health || origin !== 'healthcheck');
  const names = new Set([...(value?.programs ?? []), ...commands.flatMap(namesOf)]);
  const paths = new Set([...(value?.paths ?? []), ...commands.flatMap(({ program }) => program ?? [])]);
  const packages = new Set(value?.packages ?? []);
  const main = value?.main;
  // A shell that is given nothing to do: the image is there for people, or for other images to build on.
  const prompt = shells.known && shells.value.some(({ path, target }) => main?.path === (target ?? path));
  const purpose = main !== undefined && !prompt;
  return {
    uses: (program) => names.has(program),
    usesAny: (item) =>
      item.programs.some((name) => names.has(name)) ||
      item.paths.some((path) => paths.has(path)) ||
      item.packages.some((name) => packages.has(name)) ||
      (item.home !== undefined && [...paths].some((path) => path.startsWith(`${item.home}/`))),
    doubt: purpose && value?.complete ? {} : { confidence: 'medium' },
    main: purpose ? main.name : undefined,
    commands,
  };
}

/** Whether the container's own commands compile: then all that serves a build is its workload. */
export function builds(need: Need, drivers: readonly string[]): boolean {
  return drivers.some((driver) => {
    const [name = '', ...verbs] = driver.split(' ');
    if (verbs.length === 0) return need.uses(name);
    return need.commands.some((command) => command.name === name && verbs.includes(command.argv[1] ?? ''));
  });
}

/** What of it the container uses, and what not. A multi-call binary is another matter: it is there once, whatever its names. */
export function sorted(found: readonly Present[], need: Need): Record<'unused' | 'used' | 'applets', Present[]> {
  const real = found.filter(({ applet }) => !applet);
  return {
    unused: real.filter((item) => !need.usesAny(item)),
    used: real.filter((item) => need.usesAny(item)),
    applets: found.filter((item) => item.applet && !item.programs.some((name) => need.uses(name))),
  };
}

/** `python -m pip` runs pip. */
function namesOf({ name, argv }: StartCommand): string[] {
  const at = /^(?:python|pypy)[\d.]*$/.test(name) ? argv.indexOf('-m') : -1;
  const module = at < 0 ? undefined : argv[at + 1];
  return module === undefined ? [name] : [name, module.split('.', 1)[0]!];
}
