/** What an image holds of a kind of software, and what of that is the workload. */
import type { Facts } from '../types/facts.ts';
import type { CheckContext, Hit } from '../types/rule.ts';
import type { StartCommand } from '../types/workload.ts';
import type { SoftwareKind } from './data.ts';
import { inConfig, unknownHit } from './hits.ts';
import { type Present, present, presentHit } from './present.ts';
import { softwareOf } from './software.ts';

/** What an image runs when it starts: the chain of its entrypoint, and what a supervisor in it brings up. */
export interface Started {
  commands: StartCommand[];
  /** Name of the program that stays; '' where it is not known. */
  main: string;
  /** Packages of the workload: those of the main program and of supervised ones, with their kin of one source. */
  packages: ReadonlySet<string>;
  /** Names of the programs that are the workload. */
  programs: ReadonlySet<string>;
  /** Names of all programs on the way to it. */
  chain: ReadonlySet<string>;
  complete: boolean;
}

/** The hits of a judgement on one kind, or an unknown where programs could not be looked for. */
export function judgeSoftware(
  facts: Facts,
  context: CheckContext,
  kind: string,
  judge: (held: Present[], started: Started, kind: SoftwareKind) => Hit[],
): Hit[] {
  if (facts.image.platform.os === 'windows') return [];
  if (!facts.tools.known) return unknownHit(facts.tools.reason, inConfig('/rootfs'));
  const entry = softwareOf(context, kind);
  return judge(heldOf(facts, entry), startedOf(facts, context), entry);
}

/** What the image holds of a kind. Applets of BusyBox are left out: one file, and nothing to take away. */
export function heldOf(facts: Facts, { packages, except = [], programs = [], common = [] }: SoftwareKind): Present[] {
  const clear = programs.filter((name) => !common.includes(name));
  return present(facts, { packages, except, programs: clear }).filter(({ applet }) => !applet);
}

/** Whether it is the workload, or a part of its packages. */
export function isWorkload({ packages, programs }: Present, started: Started): boolean {
  return packages.some((name) => started.packages.has(name)) || programs.some((name) => started.programs.has(name));
}

/** What starts; nothing where the workload is not known. */
export function startedOf({ workload, packages }: Facts, context: CheckContext): Started {
  if (!workload.known)
    return { commands: [], main: '', packages: new Set(), programs: new Set(), chain: new Set(), complete: false };
  const { main, commands, complete } = workload.value;
  const keepers = new Set(['supervisor', 'init'].flatMap((kind) => softwareOf(context, kind).programs ?? []));
  // A supervisor or an init system on the way starts further programs.
  const supervised = workload.value.programs.some((name) => keepers.has(name));
  const chain = commands.filter(
    ({ origin }) => origin === 'entrypoint' || origin === 'script' || (supervised && origin === 'unit'),
  );
  const programs = new Set<string>(main ? [main.name] : []);
  const owners = new Set<string>(main?.package === undefined ? [] : [main.package]);
  for (const { origin, name, package: owner } of chain) {
    if (origin !== 'unit') continue;
    programs.add(name);
    if (owner !== undefined) owners.add(owner);
  }
  return {
    commands: chain,
    main: main?.name ?? '',
    packages: withKin(packages, owners),
    programs,
    chain: new Set(workload.value.programs),
    complete,
  };
}

/** The packages, and those built from the same sources. */
function withKin(fact: Facts['packages'], owners: ReadonlySet<string>): ReadonlySet<string> {
  if (!fact.known || owners.size === 0) return owners;
  const sources = new Set(fact.value.filter(({ name }) => owners.has(name)).map(({ name, source }) => source ?? name));
  return new Set(fact.value.filter(({ name, source }) => sources.has(source ?? name)).map(({ name }) => name));
}

/** One hit for all that is held. Nothing where nothing is. */
export function heldHit(held: readonly Present[], more: Partial<Hit> = {}): Hit[] {
  return presentHit(held, { variant: 'image', ...more });
}

/** The first command that starts one of the programs, by itself or through `service` and its kin. */
export function startOf(commands: readonly StartCommand[], programs: ReadonlySet<string>): StartCommand | undefined {
  return commands.find((command) => programs.has(serviceName(command) ?? command.name));
}

/** `service cron start`, `rc-service crond start`, `systemctl start ssh`, `/etc/init.d/ssh start`: the service that is meant. */
export function serviceName({ name, argv, program }: StartCommand): string | undefined {
  const words = argv.slice(1).filter((word) => word !== '' && !word.startsWith('-'));
  const starts = (word: string | undefined) => word === 'start' || word === 'restart';
  if (name === 'service' || name === 'rc-service' || name === 'invoke-rc.d')
    return starts(words[1]) ? words[0] : undefined;
  if (name === 'systemctl') return starts(words[0]) ? words[1]?.replace(/\.service$/, '') : undefined;
  if ((program?.startsWith('etc/init.d/') || argv[0]?.startsWith('/etc/init.d/')) && starts(words[0])) return name;
  return undefined;
}
