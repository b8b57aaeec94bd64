import type { Check, Hit } from '../../types/rule.ts';
import { tableOf } from '../hits.ts';
import { isOfKind, labelHits } from '../labels.ts';

/** A value from the build is known to the build alone; an empty one is label-empty's. */
export const check: Check = (facts, context) =>
  labelHits(facts, context, (labels, schema) =>
    labels.flatMap(({ name, value, open, evidence }): Hit[] => {
      const kind = schema.get(name);
      if (kind === undefined || open || value === '' || isOfKind(kind, value)) return [];
      return [
        { data: { label: name, value, kind: tableOf(context, 'kinds').get(kind) ?? kind }, evidence: [evidence] },
      ];
    }),
  );
