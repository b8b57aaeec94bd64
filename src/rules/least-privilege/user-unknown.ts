import type { Check } from '../../types/rule.ts';
import { inConfig, placesOf, unknownHit } from '../hits.ts';
import { groupPart, isWindows, runUser, userPart } from '../users.ts';

export const check: Check = (facts) => {
  const user = runUser(facts);
  const at = inConfig('/config/User');
  if (isWindows(facts)) return [];
  if (!user.known) return unknownHit(user.reason, at);
  const { spec, missing } = user.value;
  if (missing === undefined || (missing === 'user' && userPart(spec) === 'root')) return [];
  const name = missing === 'user' ? userPart(spec) : groupPart(spec);
  return [{ variant: missing, data: { user: spec, name }, evidence: placesOf(user, at) }];
};
