import type { Check } from '../../types/rule.ts';
import { labelHits } from '../labels.ts';

export const check: Check = (facts, context) =>
  labelHits(facts, context, (labels, schema, whole) => {
    const there = new Set(labels.map(({ name }) => name));
    return [...schema.keys()]
      .filter((label) => !there.has(label))
      .map((label) => ({ data: { label }, evidence: [whole] }));
  });
