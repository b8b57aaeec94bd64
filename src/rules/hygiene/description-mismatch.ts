import type { Check, Hit } from '../../types/rule.ts';
import { namesOf } from '../hits.ts';
import { onDockerfile, partPlace } from '../stages.ts';

/** Only where the comment begins with the name of another stage or ARG: most comments describe nothing. */
export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const { instructions, stages } = dockerfile;
    const pragmas = namesOf(context, 'pragmas');
    const named = [
      ...stages.flatMap(({ from, nameWord }) => (nameWord ? [{ index: from, word: nameWord, what: 'stage' }] : [])),
      ...instructions
        .filter(({ keyword, invalid, pairs }) => keyword === 'ARG' && !invalid && pairs.length === 1)
        .map(({ index, pairs }) => ({ index, word: pairs[0]!.name, what: 'ARG' })),
    ];
    const names = new Set(named.map((item) => `${item.what} ${item.word.text}`));
    return named.flatMap(({ index, word, what }): Hit[] => {
      const instruction = instructions[index]!;
      const comment = instruction.comments.at(-1);
      const first = /^([A-Za-z_][\w.-]{0,127})(?:\s|$)/.exec(comment?.text ?? '')?.[1];
      if (!comment || first === undefined || first === word.text || pragmas.includes(first.toLowerCase())) return [];
      if (comment.range.end.line + 1 !== instruction.range.start.line) return [];
      if (!names.has(`${what} ${first}`)) return [];
      const data = { what, name: word.text, word: first };
      return [{ data, evidence: [partPlace(dockerfile, instruction, word)] }];
    });
  });
