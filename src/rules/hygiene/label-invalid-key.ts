import type { Check, Hit } from '../../types/rule.ts';
import { namesOf } from '../hits.ts';
import { labelHits } from '../labels.ts';

export const check: Check = (facts, context) =>
  labelHits(facts, context, (labels) =>
    labels.flatMap(({ name, evidence }): Hit[] => {
      const taken = namesOf(context, 'reserved').find((prefix) => name.startsWith(`${prefix}.`));
      const fault = taken !== undefined ? `is in the namespace ${taken}` : faultOf(name);
      return fault === undefined ? [] : [{ data: { label: name, fault }, evidence: [evidence] }];
    }),
  );

function faultOf(name: string): string | undefined {
  if (/[^a-z0-9.-]/.test(name)) return 'holds other characters than a-z, 0-9, dot and hyphen';
  if (!/^[a-z].*[a-z0-9]$|^[a-z]$/.test(name)) return 'does not begin with a letter and end with a letter or digit';
  return /[.-]{2}/.test(name) ? 'has two separators in a row' : undefined;
}
