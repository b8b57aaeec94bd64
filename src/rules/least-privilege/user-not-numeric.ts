import type { Check } from '../../types/rule.ts';
import { dockerfileOf, targetStage } from '../dockerfile.ts';
import { inConfig, placesOf, unknownHit } from '../hits.ts';
import { isWindows, runUser, userPart } from '../users.ts';

export const check: Check = (facts) => {
  const user = runUser(facts);
  const at = inConfig('/config/User');
  if (isWindows(facts)) return [];
  const dockerfile = dockerfileOf(facts);
  if (dockerfile) {
    // A name that the base image sets is not this file's to change.
    const own = targetStage(dockerfile)?.user;
    if (!user.known || !own || user.value.numeric || user.value.defaulted || user.value.uid === 0) return [];
    return [
      { variant: 'named', data: { user: user.value.spec, name: userPart(user.value.spec) }, evidence: [own.evidence] },
    ];
  }
  if (!user.known) return unknownHit(user.reason, at);
  const { spec, numeric, missing, defaulted, uid, gid } = user.value;
  if (numeric || defaulted || missing !== undefined || uid === undefined || uid === 0) return [];
  const numbers = gid === undefined ? `${uid}` : `${uid}:${gid}`;
  return [{ data: { user: spec, name: userPart(spec), uid, numbers }, evidence: placesOf(user, at) }];
};
