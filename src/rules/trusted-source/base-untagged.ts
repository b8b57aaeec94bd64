import type { Check } from '../../types/rule.ts';
import { baseImages } from '../bases.ts';
import { dockerfileOf } from '../dockerfile.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  return baseImages(dockerfile).flatMap(({ reference, evidence, open, shown }) =>
    reference.tag === undefined && reference.digest === undefined
      ? [
          {
            data: { reference: shown },
            evidence: [evidence],
            ...(open && { confidence: 'medium' as const }),
          },
        ]
      : [],
  );
};
