/** What an image scan will say of an image from this Dockerfile, as far as the name of its base tells it. */
import type { DockerfileFacts } from '../types/dockerfile.ts';
import type { Facts, Reference } from '../types/facts.ts';
import type { Ruleset } from '../types/rule.ts';
import type { Finding, Severity } from '../types.ts';
import type { BaseFootprint, BaseFootprints } from './data.ts';
import { rootStage, wholePlace } from './dockerfile.ts';
import { footprintWeight } from './footprint-weight.ts';
import { packagesLeft, systemFamilies } from './installs.ts';
import { pretended } from './pretended.ts';
import { wildcard } from './wild.ts';

/** Faults of the image to come: certain from the base's name, and possible as far as nothing rules them out. */
export function foresee(
  facts: Facts,
  ruleset: Ruleset,
): { shared: ReadonlySet<string>; certain: Finding[]; possible: Finding[] } {
  const onImages = ruleset.rules.filter(({ metadata }) => metadata.on.includes('image'));
  const shared = new Set(onImages.map(({ metadata }) => metadata.id));
  const dockerfile = facts.dockerfile?.known ? facts.dockerfile.value : undefined;
  if (!dockerfile) return { shared, certain: [], possible: [] };
  const rules = new Map(onImages.map((rule) => [rule.metadata.id, rule]));
  const place = wholePlace(dockerfile);
  const certain: Finding[] = [];
  const possible: Finding[] = [];
  const add = (list: Finding[], id: string, weight?: number, severity?: Severity) => {
    const rule = rules.get(id);
    if (rule) list.push(pretended(rule, place, weight, severity));
  };
  const base = footprintOf(dockerfile, ruleset);
  const [least, most] = weights(base, dockerfile);
  if (least > 0) add(certain, 'os-footprint', least);
  if (most > least) add(possible, 'os-footprint', most);
  for (const [id, has] of [
    ['package-manager-present', base?.packageManager],
    ['shell-present', base?.shell],
    ['setuid-file', base?.setuid],
  ] as const) {
    if (has === true) add(certain, id);
    else if (has === undefined) add(possible, id);
  }
  add(possible, 'missing-attestation');
  return { shared, certain, possible };
}

/** The findings that an image shows: what is wrong in a stage that only feeds it stays behind. */
export function shippedFindings(findings: readonly Finding[], facts: Facts): Finding[] {
  const dockerfile = facts.dockerfile?.known ? facts.dockerfile.value : undefined;
  return findings.filter(
    ({ evidence: [place] }) => place.at !== 'instruction' || dockerfile?.stages[place.stage]?.role !== 'feeds',
  );
}

/** Weight of os-footprint at least and at most: the base's own, and with what the stages install on top. */
function weights(base: BaseFootprint | undefined, dockerfile: DockerfileFacts): [number, number] {
  if (!base) return [0, 1];
  const installed = packagesLeft(dockerfile).filter(({ family }) => systemFamilies.has(family)).length;
  const least = weightOf(base);
  // A named package brings others along: ten of them and 20 MB are a generous guess for the low end.
  const most = weightOf({ megabytes: base.megabytes + 20 * installed, packages: base.packages + 11 * installed });
  return [least, most];
}

function weightOf({ megabytes, packages }: Pick<BaseFootprint, 'megabytes' | 'packages'>): number {
  return footprintWeight({ bytes: megabytes * 1e6, packages });
}

function footprintOf(dockerfile: DockerfileFacts, ruleset: Ruleset): BaseFootprint | undefined {
  const root = rootStage(dockerfile);
  if (!root) return undefined;
  if (root.base.scratch)
    return { repository: 'scratch', megabytes: 0, packages: 0, packageManager: false, shell: false, setuid: false };
  const { reference } = root.base;
  const { footprints = [] } = (ruleset.data['base-footprints'] ?? {}) as Partial<BaseFootprints>;
  return reference && footprints.find((entry) => fits(entry, reference));
}

function fits({ repository, tag }: BaseFootprint, reference: Reference): boolean {
  return (
    wildcard(repository, `${reference.registry}/${reference.repository}`) &&
    (tag === undefined || wildcard(tag, reference.tag ?? 'latest'))
  );
}
