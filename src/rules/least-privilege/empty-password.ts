import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';
import { passwordHits } from '../passwords.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (dockerfile) return passwordHits(dockerfile, 'empty');
  const { accountPasswords } = facts;
  if (!accountPasswords.known) return unknownHit(accountPasswords.reason, inConfig('/rootfs'));
  const empty = accountPasswords.value.filter(({ kind, state }) => kind === 'empty' && state === 'live');
  return [false, true].flatMap((noLogin) => {
    const own = empty.filter((account) => account.noLogin === noLogin);
    const evidence = own.map((account) => ({ ...account.evidence, note: account.account }));
    if (!atLeastOne(evidence)) return [];
    const names = new Set(own.map(({ account }) => account));
    return [
      {
        data: { names: listed(names), count: names.size },
        evidence,
        ...(noLogin && { variant: 'noLogin', severity: 'medium' as const }),
      },
    ];
  });
};
