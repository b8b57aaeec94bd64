/** An estimate: the score and the size after a change of base (docs/smallest-base.md has the method). */
import type { Facts } from '../types/facts.ts';
import type { Score, WhatIf } from '../types/report.ts';
import type { Ruleset } from '../types/rule.ts';
import { type Evidence, type Finding, UsageError } from '../types.ts';
import type { BaseTarget, BaseTargets } from './data.ts';
import { footprintWeight } from './footprint-weight.ts';
import { pretended } from './pretended.ts';
import { imageOf, isWithin, servesWorkload, smallestBase } from './smallest-base.ts';
import { suggestion } from './suggest.ts';

/** What is estimated, and by what. */
export interface WhatIfInput {
  facts: Facts;
  findings: readonly Finding[];
  ruleset: Ruleset;
  /** Name of a family; absent = the smallest that would serve, told only where it gains anything. */
  base?: string | undefined;
  scoreOf(findings: readonly Finding[]): Pick<Score, 'value' | 'grade'>;
}

/** @throws UsageError for a family that is not in the data. */
export function whatIf({ facts, findings, ruleset, base, scoreOf }: WhatIfInput): WhatIf | undefined {
  const data = ruleset.data['base-targets'] as BaseTargets | undefined;
  if (!data) return undefined;
  const target = base === undefined ? smallestBase(facts, data)?.target : targetNamed(data, base);
  if (!target || !facts.osFootprint.known) return undefined;
  const kind = facts.workload.known ? facts.workload.value.kind : 'unknown';
  const own = ownPart(facts);
  const { bytes, packages } = facts.osFootprint.value;
  const below = { bytes: Math.max(0, bytes - own.bytes), packages: Math.max(0, packages - own.packages) };
  const reference = { bytes: target.megabytes * 1e6, packages: target.packages };
  const same = isWithin(below, target);
  const os = same
    ? { bytes, packages }
    : { bytes: reference.bytes + own.bytes, packages: reference.packages + own.packages };
  const now = scoreOf(findings);
  const then = same ? now : scoreOf(swapped(findings, target, os, own.from, ruleset, data));
  if (base === undefined && then.value <= now.value) return undefined;
  const size = facts.image.layers.reduce((sum, layer) => sum + layer.size, 0);
  const serves = servesWorkload(target, facts, data);
  return {
    estimate: true,
    base: target.name,
    image: imageOf(target, facts, kind, data),
    asked: base !== undefined,
    serves: serves === undefined ? 'unknown' : serves ? 'yes' : 'no',
    same,
    score: { before: now.value, after: then.value },
    grade: { before: now.grade, after: then.grade },
    size: { before: size, after: same ? size : Math.max(0, size - bytes) + os.bytes },
    osBytes: { before: bytes, after: os.bytes },
    osPackages: { before: packages, after: os.packages },
  };
}

/** @throws UsageError naming the near ones. */
export function targetNamed(data: BaseTargets, name: string): BaseTarget {
  const found = data.targets.find((one) => one.name === name);
  if (found) return found;
  const names = data.targets.map((one) => one.name);
  throw new UsageError(
    `--what-if base=${name.slice(0, 100)}: there is no such base${near(name, names)} (there are ${names.join(', ')})`,
  );
}

/** By the letters that it begins with, else by its spelling. */
function near(name: string, names: readonly string[]): string {
  const alike = name.length < 3 ? [] : names.filter((one) => one.startsWith(name) || name.startsWith(one));
  return alike.length > 0 ? `; did you mean ${alike.join(' or ')}?` : suggestion(name, names);
}

/** What lies above the base: it stays, whatever is below it. */
function ownPart({ base, packages, image }: Facts): { from: number; bytes: number; packages: number } {
  const known = base.known ? base.value.layers : undefined;
  const from = known ?? inherited(image.history) ?? Math.min(1, image.layers.length);
  const own = packages.known ? packages.value.filter(({ layer }) => layer >= from) : [];
  return { from, bytes: own.reduce((sum, { size }) => sum + size, 0), packages: own.length };
}

/** A base ends with its CMD or ENTRYPOINT: the layers below the last one that more layers follow. */
function inherited(history: Facts['image']['history']): number | undefined {
  let layers = 0;
  let found: number | undefined;
  let pending: number | undefined;
  for (const { layer, createdBy = '' } of history) {
    if (layer !== undefined) {
      layers = layer + 1;
      found = pending ?? found;
    } else if (/(?:^|nop\) {1,4})(?:CMD|ENTRYPOINT)\b/.test(createdBy.slice(0, 200))) pending = layers;
  }
  return found !== undefined && found > 0 ? found : undefined;
}

/** The findings without what the base brought, and with what the other one brings. */
function swapped(
  findings: readonly Finding[],
  target: BaseTarget,
  os: { bytes: number; packages: number },
  from: number,
  ruleset: Ruleset,
  { always, inBase }: BaseTargets,
): Finding[] {
  const isBelow = (place: Evidence) => place.at === 'file' && place.layer < from;
  const kept = findings.filter(
    ({ rule, evidence }) => !always.includes(rule) && !(inBase.includes(rule) && evidence.every(isBelow)),
  );
  const added: Finding[] = [];
  const place: Evidence = { at: 'config', pointer: '/rootfs' };
  const add = (id: string, weight?: number) => {
    const rule = ruleset.rules.find(({ metadata }) => metadata.id === id);
    if (rule && !kept.some((finding) => finding.rule === id)) added.push(pretended(rule, place, weight));
  };
  const weight = footprintWeight(os);
  if (weight > 0) add('os-footprint', weight);
  if (target.packageManager) add('package-manager-present');
  if (target.shell) add('shell-present');
  if (target.setuid) add('setuid-file');
  return [...kept, ...added];
}
