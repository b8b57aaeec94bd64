import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';

/** Compilers have a rule of their own; here are headers, static libraries and what drives a build. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const compilers = new Set(softwareLeft(dockerfile, softwareOf(context, 'compiler')).map(({ argument }) => argument));
  const tools = softwareLeft(dockerfile, softwareOf(context, 'build')).filter(
    ({ argument }) => !compilers.has(argument),
  );
  return installHits(dockerfile, tools, { variant: dockerfile.stages.length > 1 ? 'default' : 'single' });
};
