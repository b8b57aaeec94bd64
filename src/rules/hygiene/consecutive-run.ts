import type { DockerfileFacts, InstructionFact } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { ships } from '../dockerfile.ts';
import { numberOf } from '../hits.ts';
import { onDockerfile } from '../stages.ts';

/** Of the stages that ship: in the others layers cost nothing. The second of each row is the place. */
export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const most = numberOf(context, 'maximumCommands');
    const counts = commandCounts(dockerfile);
    const hits: Hit[] = [];
    for (const stage of dockerfile.stages) {
      if (!ships(dockerfile, stage.index)) continue;
      let row: InstructionFact[] = [];
      const close = () => {
        const [first, second, ...rest] = row;
        if (first && second) {
          const evidence = rest.map((instruction) => instruction.evidence);
          hits.push({ data: { count: row.length }, evidence: [second.evidence, first.evidence, ...evidence] });
        }
        row = [];
      };
      for (const index of stage.instructions) {
        const instruction = dockerfile.instructions[index]!;
        const short = (counts.get(index) ?? 0) <= most && instruction.heredocs.length === 0;
        if (instruction.keyword !== 'RUN' || instruction.invalid || !short) close();
        else {
          if (row[0] && flagsOf(row[0]) !== flagsOf(instruction)) close();
          row.push(instruction);
        }
      }
      close();
    }
    return hits;
  });

function commandCounts({ commands }: DockerfileFacts): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { instruction, parent, context } of commands)
    if (parent === undefined && !context.substitution) counts.set(instruction, (counts.get(instruction) ?? 0) + 1);
  return counts;
}

function flagsOf({ flags }: InstructionFact): string {
  return JSON.stringify(flags.map(({ name, value }) => [name, value ?? '']).sort());
}
