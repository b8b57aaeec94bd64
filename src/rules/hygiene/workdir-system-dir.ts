import { trimEndSlashes } from '../../types/names.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { namesOf } from '../hits.ts';
import { eachInstruction, partPlace } from '../stages.ts';

export const check: Check = (facts, context) => {
  const below = namesOf(context, 'below');
  const exactly = new Set(namesOf(context, 'exactly'));
  return eachInstruction(facts, ['WORKDIR'], (instruction, dockerfile) => {
    const word = instruction.args[0];
    if (!word) return undefined;
    const plain = word.value.replace(/^["']|["']$/g, '');
    const path = trimEndSlashes(plain) || plain.slice(0, 1);
    const hit = { data: { path }, evidence: [partPlace(dockerfile, instruction, word)] } satisfies Hit;
    if (below.some((folder) => path === folder || path.startsWith(`${folder}/`))) return hit;
    return exactly.has(path) ? { ...hit, variant: 'ordinary', severity: 'low' } : undefined;
  });
};
