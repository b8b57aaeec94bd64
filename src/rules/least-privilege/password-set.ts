import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';
import { passwordHits } from '../passwords.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (dockerfile) return passwordHits(dockerfile, 'set');
  const { accountPasswords } = facts;
  if (!accountPasswords.known) return unknownHit(accountPasswords.reason, inConfig('/rootfs'));
  const set = accountPasswords.value.filter(({ kind }) => kind === 'hash');
  const evidence = set.map(({ account, method, state, evidence: at }) => ({
    ...at,
    note: [account, method, ...(state === 'live' ? [] : [state])].filter(Boolean).join(', '),
  }));
  if (!atLeastOne(evidence)) return [];
  const names = new Set(set.map(({ account }) => account));
  const live = set.some(({ state }) => state === 'live');
  return [{ variant: live ? 'default' : 'hidden', data: { names: listed(names), count: names.size }, evidence }];
};
