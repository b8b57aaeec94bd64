import type { OsFootprint } from '../../types/base.ts';
import type { Facts, Package } from '../../types/facts.ts';
import type { Check, CheckContext } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import type { BaseTargets } from '../data.ts';
import { footprintWeight } from '../footprint-weight.ts';
import { dataOf, inConfig, placesOf, unknownHit } from '../hits.ts';
import { isWithin, smallestBase } from '../smallest-base.ts';
import { formatBytes } from '../template.ts';

/** SCORING.md, "minimal-base": each doubling past 2 MB costs a ninth, each doubling past four packages a seventh. */
export const check: Check = (facts, context) => {
  const { osFootprint: footprint } = facts;
  if (!footprint.known) return unknownHit(footprint.reason, inConfig('/rootfs'), { weight: 1 });
  const weight = footprintWeight(footprint.value);
  if (weight === 0) return [];
  const [variant, base] = advice(facts, footprint.value, context);
  const { bytes, packages } = footprint.value;
  const [first, ...rest] = placesOf(footprint, inConfig('/rootfs'));
  return [
    {
      variant,
      weight,
      data: { bytes, packages, base },
      evidence: [first, ...rest, ...heaviest(facts, footprint.value)],
    },
  ];
};

/** The variant of the advice, and the base that it names. */
function advice(facts: Facts, footprint: OsFootprint, context: CheckContext): [variant: string, base: string] {
  const data = dataOf<BaseTargets>(context, 'base-targets');
  const found = smallestBase(facts, data);
  if (found) {
    const { name } = found.target;
    if (name === 'scratch') return ['static', ''];
    const image = found.image === name ? name : `${name} (${found.image})`;
    if (isWithin(footprint, found.target)) return ['small', image];
    return [facts.workload.known && facts.workload.value.needsShell ? 'shell' : 'named', image];
  }
  const kind = facts.workload.known ? facts.workload.value.kind : 'unknown';
  return [kind === 'none' ? 'base' : 'default', ''];
}

/** Where the weight lies: the heaviest packages, each at the database that lists it. */
function heaviest({ packages }: Facts, footprint: OsFootprint): Evidence[] {
  if (!packages.known) return [];
  const byName = new Map(packages.value.map((item): [string, Package] => [item.name, item]));
  return footprint.heaviest.slice(0, 5).flatMap(({ name, bytes, layer }): Evidence[] => {
    const item = byName.get(name);
    return item ? [{ at: 'file', path: item.database, layer, note: `${name} ${formatBytes(bytes)}` }] : [];
  });
}
