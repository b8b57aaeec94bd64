import type { Check } from '../../types/rule.ts';
import { eachInstruction } from '../stages.ts';

export const check: Check = (facts) =>
  eachInstruction(facts, ['ENV', 'LABEL'], ({ keyword, pairs, evidence }) => {
    const legacy = pairs.find((pair) => pair.legacy);
    return legacy && { data: { keyword, name: legacy.name.text }, evidence: [evidence] };
  });
