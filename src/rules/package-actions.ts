/** What rules about package managers have in common. */
import type { CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { Facts } from '../types/facts.ts';
import type { PackageActionFact, PackageVerb } from '../types/package-action.ts';
import type { CheckContext, Hit } from '../types/rule.ts';
import type { Evidence } from '../types.ts';
import { commandsOf, dockerfileOf, placeIn } from './dockerfile.ts';
import { atLeastOne, listed, namesOf } from './hits.ts';

/** One call of a package manager, with what it does. */
export interface PackageCall {
  command: CommandFact;
  action: PackageActionFact;
}

/** Which calls a rule is about. */
export interface CallFilter {
  manager: string | readonly string[];
  /** Programs of the manager; absent = all. */
  programs?: readonly string[];
  verbs?: readonly PackageVerb[];
  /** Only what the image is made of; else all that is built. */
  shipped?: boolean;
}

/** The calls in RUN instructions. */
export function packageCalls(dockerfile: DockerfileFacts, filter: CallFilter): PackageCall[] {
  const out: PackageCall[] = [];
  for (const command of commandsOf(dockerfile, { origin: ['RUN'], ...(filter.shipped && { shipped: true }) })) {
    const action = command.packages;
    if (!action || ![filter.manager].flat().includes(action.manager)) continue;
    if (filter.programs && !filter.programs.includes(action.program)) continue;
    if (!filter.verbs || filter.verbs.includes(action.verb)) out.push({ command, action });
  }
  return out;
}

/** A hit for each RUN that leaves a manager's indexes or archives in a layer of the image. */
export function leftoverHits(
  facts: Facts,
  filter: CallFilter,
  more: (calls: PackageCall[]) => Partial<Hit> = () => ({}),
): Hit[] {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const left = packageCalls(dockerfile, { ...filter, shipped: true }).filter(({ action }) => action.cache === 'kept');
  return perInstruction(left).map((calls) => {
    const { action } = calls[0]!;
    const { data, ...rest } = more(calls);
    return {
      data: { program: action.program, verb: action.verbArgument?.text ?? 'install', count: calls.length, ...data },
      evidence: placesOf(calls),
      ...rest,
    };
  });
}

/** A hit for each call that installs packages in no version that was chosen. */
export function unpinnedHits(facts: Facts, context: CheckContext, filter: CallFilter): Hit[] {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const moving = new Set(Object.hasOwn(context.parameters, 'movingTags') ? namesOf(context, 'movingTags') : []);
  const hits: Hit[] = [];
  for (const { command, action } of packageCalls(dockerfile, { ...filter, verbs: ['install'] })) {
    if (action.pinnedBy) continue;
    const loose = action.packages.filter(
      ({ name, kind, version }) =>
        (kind === 'name' && name !== '' && (version === undefined || moving.has(version))) ||
        (kind === 'url' && isMovingUrl(name)),
    );
    const evidence = loose.map(({ argument }) => placeIn(dockerfile, command.stage, argument));
    if (!atLeastOne(evidence)) continue;
    hits.push({
      data: {
        program: action.program,
        packages: listed(loose.map(({ argument }) => argument.text)),
        count: loose.length,
      },
      evidence,
    });
  }
  return hits;
}

/** Calls of one instruction together, in file order. */
export function perInstruction(calls: readonly PackageCall[]): PackageCall[][] {
  const groups = new Map<number, PackageCall[]>();
  for (const call of calls) {
    const list = groups.get(call.command.instruction);
    if (list) list.push(call);
    else groups.set(call.command.instruction, [call]);
  }
  return [...groups.values()];
}

function placesOf(calls: readonly PackageCall[]): [Evidence, ...Evidence[]] {
  const [first, ...rest] = calls.map(({ command }) => command.evidence);
  return [first!, ...rest];
}

/** A repository without a commit, tag or branch. */
function isMovingUrl(text: string): boolean {
  if (!/^(?:git\+|git:|ssh:|git@|hg\+|svn\+|bzr\+)|\.git(?:$|[#@])/.test(text)) return false;
  const path = text.replace(/^[a-z+]{0,16}:\/\/[^/]{0,256}/i, '');
  return !/[#@].+/.test(path);
}
