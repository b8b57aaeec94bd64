import type { Check } from '../../types/rule.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';
import { isWindows, runUser } from '../users.ts';

/** One hit for those that the workload's own user may change, else one for what everybody may. */
export const check: Check = (facts) => {
  if (isWindows(facts)) return [];
  const { escalations, surface } = facts;
  const user = runUser(facts);
  // That the user is not known has findings of its own.
  if (!user.known || !surface.known) return [];
  if (!escalations.known) return unknownHit(escalations.reason, inConfig('/rootfs'));
  const ways = escalations.value.filter(({ kind }) => kind === 'writable-root-path');
  const sure = ways.filter(({ certainty }) => certainty === 'known');
  const told = sure.length > 0 ? sure : ways;
  const evidence = told.map((way) => way.evidence);
  if (!atLeastOne(evidence)) return [];
  const { spec, uid } = user.value;
  const own = uid === 0 ? surface.value.spareUser?.name : spec;
  return [
    {
      data: {
        who: sure.length > 0 && own !== undefined ? `The user ${own}` : 'Everybody',
        count: told.length,
        names: listed(told.map(({ path }) => `/${path}`)),
      },
      evidence,
      ...(sure.length === 0 && { confidence: 'medium' as const }),
    },
  ];
};
