import type { Check } from '../../types/rule.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';
import { isWindows } from '../users.ts';

export const check: Check = (facts) => {
  if (isWindows(facts)) return [];
  const { accounts } = facts;
  if (!accounts.known) return unknownHit(accounts.reason, inConfig('/rootfs'));
  const zero = accounts.value.users.filter(({ uid }) => uid === 0);
  const root = zero.find(({ name }) => name === 'root') ?? zero[0];
  const aliases = zero.filter(({ name }) => name !== root?.name);
  const evidence = aliases.map((account) => ({
    ...account.evidence,
    note: `${account.name}, shell ${account.shell || 'none'}`,
  }));
  if (!atLeastOne(evidence)) return [];
  const names = new Set(aliases.map(({ name }) => name));
  return [{ data: { names: listed(names), count: names.size }, evidence }];
};
