import type { Check } from '../../types/rule.ts';
import { eachInstruction, partPlace } from '../stages.ts';

/** Where FROM itself is in mixed case, instruction-casing speaks of it. */
export const check: Check = (facts) =>
  eachInstruction(facts, ['FROM'], ({ name, args, stage }, dockerfile) => {
    const as = args[1];
    if (!as) return undefined;
    const fits =
      (name.text === name.text.toUpperCase() && as.text === as.text.toUpperCase()) ||
      (name.text === name.text.toLowerCase() && as.text === as.text.toLowerCase());
    const mixed = name.text !== name.text.toUpperCase() && name.text !== name.text.toLowerCase();
    if (fits || mixed) return undefined;
    return { data: { from: name.text, as: as.text }, evidence: [partPlace(dockerfile, { stage }, as)] };
  });
