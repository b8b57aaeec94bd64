import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { toolHits } from '../present-tools.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';

/** Editors among the names of a multi-call binary are not worth a word. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  const kind = softwareOf(context, 'debug');
  if (!dockerfile) return toolHits(facts, kind).filter(({ variant }) => variant !== 'applet');
  return installHits(dockerfile, softwareLeft(dockerfile, kind));
};
