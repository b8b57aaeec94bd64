/** Software that a Dockerfile installs and leaves in the image, by kind (software.yaml). */
import type { CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { CheckContext, Hit } from '../types/rule.ts';
import type { Evidence } from '../types.ts';
import type { Software, SoftwareKind } from './data.ts';
import { commandsOf, placeIn } from './dockerfile.ts';
import { atLeastOne, dataOf, listed } from './hits.ts';
import { type InstalledPackage, packagesLeft, systemFamilies } from './installs.ts';
import { wildcard } from './wild.ts';

/** The entry of a kind. Throws where the data does not hold it. */
export function softwareOf(context: CheckContext, kind: string): SoftwareKind {
  const found = dataOf<Software>(context, 'software').software.find((entry) => entry.kind === kind);
  if (!found) throw new Error(`software.yaml holds no kind ${kind}`);
  return found;
}

/** Packages of the kind that are installed by name and stay; language packages only where `languages` says so. */
export function softwareLeft(
  dockerfile: DockerfileFacts,
  { packages, except = [] }: SoftwareKind,
  languages = false,
): InstalledPackage[] {
  return packagesLeft(dockerfile).filter(
    ({ name, argument, family }) =>
      !argument.dynamic &&
      (languages || systemFamilies.has(family)) &&
      !except.some((pattern) => wildcard(pattern, name)) &&
      packages.some((pattern) => wildcard(pattern, name)),
  );
}

/** One hit for each instruction that installs some of it. */
export function installHits(
  dockerfile: DockerfileFacts,
  found: readonly InstalledPackage[],
  more: Partial<Hit> = {},
): Hit[] {
  const byInstruction = new Map<number, InstalledPackage[]>();
  for (const item of found) {
    const list = byInstruction.get(item.command.instruction);
    if (list) list.push(item);
    else byInstruction.set(item.command.instruction, [item]);
  }
  const hits: Hit[] = [];
  for (const items of byInstruction.values()) {
    const evidence: Evidence[] = items.map(({ argument, command, name }) =>
      placeIn(dockerfile, command.stage, argument, name),
    );
    const names = items.map(({ name }) => name);
    if (atLeastOne(evidence))
      hits.push({ data: { names: listed(names), count: new Set(names).size }, evidence, ...more });
  }
  return hits;
}

/** Commands that the container itself runs: ENTRYPOINT, CMD and, where asked for, HEALTHCHECK. */
export function startCommands(dockerfile: DockerfileFacts, healthcheck = false): CommandFact[] {
  return commandsOf(dockerfile, {
    origin: healthcheck ? ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'] : ['ENTRYPOINT', 'CMD'],
    shipped: true,
    deferred: false,
  });
}

/** The program that the container is there to run: the last command of its start, behind wrappers. */
export function workload(dockerfile: DockerfileFacts): CommandFact | undefined {
  const commands = startCommands(dockerfile);
  const main = commands.filter(({ origin }) => origin === 'ENTRYPOINT');
  const list = main.length > 0 ? main : commands;
  const parents = new Set(list.map(({ parent }) => parent));
  return list.filter(({ index, context }) => !parents.has(index) && !context.substitution).at(-1);
}
