import type { Check } from '../../types/rule.ts';
import { labelHits } from '../labels.ts';
import { suggestion } from '../suggest.ts';

export const check: Check = (facts, context) =>
  labelHits(facts, context, (labels, schema) =>
    labels
      .filter(({ name }) => !schema.has(name))
      .map(({ name, evidence }) => {
        const hint = suggestion(name, [...schema.keys()]).replace(/\?$/, '');
        return { data: { label: name, hint }, evidence: [evidence] };
      }),
  );
