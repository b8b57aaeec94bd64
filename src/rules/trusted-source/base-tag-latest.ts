import type { Check } from '../../types/rule.ts';
import { baseImages } from '../bases.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { namesOf } from '../hits.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const floating = new Set(namesOf(context, 'tags'));
  return baseImages(dockerfile).flatMap(({ reference, evidence, open, shown }) =>
    reference.tag !== undefined && reference.digest === undefined && floating.has(reference.tag)
      ? [
          {
            data: { reference: shown, tag: reference.tag },
            evidence: [evidence],
            ...(open && { confidence: 'medium' as const }),
          },
        ]
      : [],
  );
};
