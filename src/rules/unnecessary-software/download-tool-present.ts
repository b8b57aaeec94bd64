import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { installHits, softwareLeft, softwareOf, startCommands } from '../software.ts';

/** A tool that the container itself is told to call (mostly in HEALTHCHECK) is needed. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const used = new Set(startCommands(dockerfile, true).map(({ name }) => name));
  const left = softwareLeft(dockerfile, softwareOf(context, 'download')).filter(({ name }) => !used.has(name));
  return installHits(dockerfile, left);
};
