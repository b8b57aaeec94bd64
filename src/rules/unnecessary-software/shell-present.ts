import type { Facts } from '../../types/facts.ts';
import type { Check } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';

export const check: Check = (facts) => {
  const { shells } = facts;
  if (!shells.known) return unknownHit(shells.reason, inConfig('/rootfs'));
  const evidence = shells.value.map(
    ({ path, layer, target }): Evidence => ({
      at: 'file',
      path,
      layer,
      ...(target !== undefined && target !== path && { note: `link to ${target}` }),
    }),
  );
  if (!atLeastOne(evidence)) return [];
  return [
    {
      ...(startsThroughShell(facts, new Set(shells.value.map(({ name }) => name))) && { variant: 'used' }),
      data: { names: listed(shells.value.map(({ name }) => name)), count: shells.value.length },
      evidence,
    },
  ];
};

/** The entrypoint is in shell form, or is a script that one of the shells runs. */
function startsThroughShell({ entrypoint }: Facts, names: ReadonlySet<string>): boolean {
  if (!entrypoint.known) return false;
  if (entrypoint.value.shellForm) return true;
  if (entrypoint.value.kind !== 'script') return false;
  return (entrypoint.value.interpreter ?? '').split(/[\s/]+/).some((word) => names.has(word.replace(/^#!/, '')));
}
