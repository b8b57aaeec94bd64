import type { InstructionFact } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { ships } from '../dockerfile.ts';
import { copyParts, onDockerfile } from '../stages.ts';

/** Of the stages that ship: in the others layers cost nothing. The second of each row is the place. */
export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) => {
    const hits: Hit[] = [];
    for (const stage of dockerfile.stages) {
      if (!ships(dockerfile, stage.index)) continue;
      let row: InstructionFact[] = [];
      const close = () => {
        const [first, second, ...rest] = row;
        if (first && second) {
          const data = {
            instruction: first.keyword,
            count: row.length,
            destination: copyParts(first).destination!.text,
          };
          hits.push({ data, evidence: [second.evidence, first.evidence, ...rest.map(({ evidence }) => evidence)] });
        }
        row = [];
      };
      for (const index of stage.instructions) {
        const instruction = dockerfile.instructions[index]!;
        if (!canJoin(instruction)) close();
        else {
          if (row[0] && kind(row[0]) !== kind(instruction)) close();
          row.push(instruction);
        }
      }
      close();
    }
    return hits;
  });

/** A folder among the sources is copied by its content, so that joining changes nothing; a destination that is no folder cannot take two. */
function canJoin(instruction: InstructionFact): boolean {
  const { keyword, invalid, heredocs, comments } = instruction;
  const { value: destination = '', open = [] } = copyParts(instruction).destination ?? {};
  // What a variable holds may be no folder, or another one.
  if (open.length > 0) return false;
  return (
    (keyword === 'COPY' || keyword === 'ADD') &&
    !invalid &&
    heredocs.length === 0 &&
    comments.length === 0 &&
    /(?:^|\/)\.{0,2}$/.test(destination)
  );
}

/** What must be the same of two that can be one. */
function kind({ keyword, args, flags }: InstructionFact): string {
  const destination = args
    .at(-1)!
    .value.replace(/\/$/, '')
    .replace(/(?:^|\/)\.$/, '');
  return JSON.stringify([keyword, destination, flags.map(({ name, value }) => [name, value ?? '']).sort()]);
}
