/** What the container starts, as far as it is known: the workload's chain, or at least the entrypoint. */
import type { Account, Entrypoint, RunUser } from '../../types/facts.ts';
import { trimSlashes } from '../../types/names.ts';
import type { SpareUser } from '../../types/surface.ts';
import type { Workload, WorkloadKind } from '../../types/workload.ts';
import type { Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import type { WriteNeed } from '../data.ts';
import { userOf } from '../launch.ts';
import { baseName } from '../text.ts';

export interface Started {
  /** Base names. */
  programs: string[];
  /** Rootfs paths. */
  paths: string[];
  kind?: WorkloadKind;
  /** The program that stays. */
  main?: string;
  /** Argument lists of commands and of helpers in front of them. */
  commands: (readonly string[])[];
  /** Rootfs paths of what cron starts. */
  scheduled: string[];
  complete: boolean;
}

/** From the workload where it is known, else from the entrypoint alone. */
export function startedBy(workload: Fact<Workload>, entrypoint: Fact<Entrypoint>): Started {
  if (workload.known) {
    const { programs, paths, kind, commands, helpers = [], main, complete } = workload.value;
    const argvs = [...helpers, ...commands.map(({ argv }) => argv)];
    const jobs = commands.filter(({ origin }) => origin === 'cron');
    const scheduled = jobs.flatMap(({ program }) => (program === undefined ? [] : [program]));
    return {
      programs,
      paths,
      kind,
      commands: argvs,
      scheduled,
      complete,
      ...(main?.path !== undefined && { main: main.path }),
    };
  }
  const { path, argv = [] } = entrypoint.known ? entrypoint.value : {};
  const paths = path === undefined ? [] : [path];
  // A link goes by its own name, and helpers in front name their program behind them.
  const named = argv.slice(0, 16).filter((word) => /^[\w./][\w./-]*$/.test(word.slice(0, 4096)));
  return {
    programs: [...new Set([...paths, ...named].map(baseName))],
    paths,
    commands: [],
    scheduled: [],
    complete: false,
  };
}

/** Whom the container could run as instead of root. Only accounts without privilege, and none of the system's by chance. */
export function spareUser(
  context: FactContext,
  { commands }: Started,
  needs: readonly WriteNeed[],
  users: readonly Account[],
): SpareUser | undefined {
  const byName = new Map(users.filter(({ uid }) => uid > 0).map((account) => [account.name, account]));
  const of = (name: string, via: SpareUser['via']): SpareUser | undefined => {
    const account = byName.get(name);
    return account && { name, uid: account.uid, gid: account.gid, via };
  };
  for (const name of droppedTo(context, commands)) {
    const found = of(name, 'drops');
    if (found) return found;
  }
  for (const { users: names = [] } of needs) {
    for (const name of names) {
      const found = of(name, 'workload');
      if (found) return found;
    }
  }
  const people = users.filter(({ uid }) => uid >= 1000 && uid < 60_000);
  const [only] = people;
  return only && people.length === 1 ? of(only.name, 'only') : undefined;
}

/** Names that start commands change to: `gosu app serve`, `setpriv --reuid=app`. */
export function droppedTo({ data }: FactContext, commands: Started['commands']): string[] {
  const droppers = new Map(data['privilege-droppers'].droppers.map((entry) => [entry.name, entry]));
  const names: string[] = [];
  for (const argv of commands) {
    const dropper = droppers.get(baseName(argv[0] ?? ''));
    if (!dropper) continue;
    const plain = userOf(argv, dropper)?.split(':', 1)[0];
    if (plain) names.push(plain);
  }
  return names;
}

/** The home of the run user, as a rootfs path; undefined where it has none of its own. */
export function homeOf({ uid, name }: RunUser, users: readonly Account[]): string | undefined {
  const account = users.find((one) => (name === undefined ? one.uid === uid : one.name === name));
  const home = account && trimSlashes(account.home);
  return home === '' || home === 'nonexistent' ? undefined : home;
}
