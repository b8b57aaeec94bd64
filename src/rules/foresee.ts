/** What an image scan will say of an image from this Dockerfile, as far as the name of its base tells it. */
import type { DockerfileFacts } from '../types/dockerfile.ts';
import type { Facts, Reference } from '../types/facts.ts';
import type { Rule, Ruleset } from '../types/rule.ts';
import type { Evidence, Finding, Severity } from '../types.ts';
import type { BaseFootprint, BaseFootprints } from './data.ts';
import { rootStage, wholePlace } from './dockerfile.ts';
import { packagesLeft, systemFamilies } from './installs.ts';
import { measuredSeverity } from './run.ts';
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
  const least = weightOf(base.megabytes, base.packages);
  // A named package brings others along: ten of them and 20 MB are a generous guess for the low end.
  const most = weightOf(base.megabytes + 20 * installed, base.packages + 11 * installed);
  return [least, most];
}

/** SCORING: each doubling past 2 MB costs a ninth, each doubling past four packages a seventh. */
function weightOf(megabytes: number, packages: number): number {
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  const bytes = megabytes > 0 ? clamp(Math.log2(megabytes / 2) / 9) : 0;
  const count = packages > 0 ? clamp(Math.log2(packages / 4) / 7) : 0;
  return Math.round(Math.max(bytes, count) * 100) / 100;
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

function pretended(
  { metadata }: Rule,
  place: Evidence,
  weight: number | undefined,
  severity: Severity | undefined,
): Finding {
  return {
    rule: metadata.id,
    category: metadata.category,
    outcome: 'fail',
    severity: severity ?? (metadata.severity === 'measured' ? measuredSeverity(weight ?? 0) : metadata.severity),
    confidence: 'high',
    ...(weight !== undefined && { weight }),
    message: '',
    remediation: '',
    data: {},
    evidence: [place],
    fingerprint: '',
  };
}
