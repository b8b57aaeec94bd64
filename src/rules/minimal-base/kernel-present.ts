import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  return dockerfile ? installHits(dockerfile, softwareLeft(dockerfile, softwareOf(context, 'kernel'))) : [];
};
