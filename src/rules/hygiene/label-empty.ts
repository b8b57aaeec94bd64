import type { Check } from '../../types/rule.ts';
import { labelHits } from '../labels.ts';

/** Of the schema's labels; a value from the build may be there. */
export const check: Check = (facts, context) =>
  labelHits(facts, context, (labels, schema) =>
    labels
      .filter(({ name, value, open }) => schema.has(name) && value.trim() === '' && !open)
      .map(({ name, evidence }) => ({ data: { label: name }, evidence: [evidence] })),
  );
